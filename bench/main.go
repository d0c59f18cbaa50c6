// Command bench measures Waybill on the machine it runs on. All figures that belong together come
// from one run on one embedded stack, measured in turn, so that ratios mean something on a noisy
// machine. They go as {name: number} into bench/results.json.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// part is a group of benchmarks that `make bench ONLY=name` runs alone.
type part struct {
	name string
	run  func(context.Context, *results) error
}

func parts() []part {
	return []part{
		{"language", languageOnly},
		{"spine", spine},
	}
}

func main() {
	only := flag.String("only", "", "run this part only: language or spine")
	out := flag.String("out", "bench/results.json", "where the figures go")
	role := flag.String("role", "", "used by the benchmark itself: worker")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	if err := run(ctx, *role, *only, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, role, only, out string) error {
	if role == "worker" {
		return workAlone(ctx)
	}
	r := &results{figures: map[string]float64{}}
	if err := r.read(out); err != nil {
		return err
	}
	ran := false
	for _, p := range parts() {
		if only != "" && only != p.name {
			continue
		}
		ran = true
		if err := p.run(ctx, r); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if err := r.write(out); err != nil {
			return err
		}
	}
	if !ran {
		return fmt.Errorf("no part %q: there are language and spine", only)
	}
	return nil
}

// results are the figures by name. A run of one part keeps the figures of the others.
type results struct{ figures map[string]float64 }

func (r *results) read(path string) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, &r.figures)
}

func (r *results) write(path string) error {
	text, err := json.MarshalIndent(r.figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// add notes a figure and prints it beside what is to be reached.
func (r *results) add(name string, figure float64, target string) {
	r.figures[name] = figure
	fmt.Printf("%-32s %12.4g   %s\n", name, figure, target)
}
