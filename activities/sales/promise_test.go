package sales_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestTwoWhoPromiseAtOnceAppendOneAfterTheOther(t *testing.T) {
	w := world(t)
	w.Do("sales.enter_order", `{"freight": {"amount": 0, "currency": "CNY"}, "tax": 13, "placed": {"number": "SO-1", "customer": "C-1",
		"entered_by": "bo", "policy": "partial", "lines": [{"line": 1, "product": "BELL", "quantity": 1}]}}`)
	var group errgroup.Group
	for _, date := range []string{"2026-03-20", "2026-03-21", "2026-03-22", "2026-03-23", "2026-03-24", "2026-03-25"} {
		group.Go(func() error {
			_, err := w.Try("sales.promise", `{"order": "SO-1", "lines": [{"line": 1, "product": "BELL", "quantity": 1, "available": 0, "date": "`+date+`"}]}`)
			return err
		})
	}
	require.NoError(t, group.Wait())
	require.Equal(t, "6 | 6", w.Ask(`select count(*), max(version) from sales_promises`))
}
