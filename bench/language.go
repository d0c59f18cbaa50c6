package main

import (
	"context"
	"fmt"
	"os"

	"waybill/bench/language"
)

// languageOnly measures what needs no server. It runs in the repository's folder.
func languageOnly(ctx context.Context, r *results) error {
	return language.Measure(ctx, os.DirFS("."), func(f language.Figure) {
		verdict := "ok"
		if !f.Target.Holds(f.Value) {
			verdict = "MISSED"
		}
		r.add(f.Name, f.Value, fmt.Sprintf("%-10s %s", f.Target, verdict))
	})
}
