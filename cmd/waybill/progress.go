package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

const (
	// progressFrom is how long something may take before its progress is worth showing.
	progressFrom  = time.Second
	progressEvery = 100 * time.Millisecond
	// progressLine is how often a line tells how far it is where there is no terminal.
	progressLine  = 3 * time.Second
	progressWidth = 30
)

// progress shows how far something is: a bar on a terminal, a line every few seconds otherwise, both
// on the error stream, and nothing for what is over within a second. It is safe for concurrent use.
type progress struct {
	out      *printer
	what     string
	terminal bool

	mu    sync.Mutex
	begun time.Time
	shown time.Time
	drawn bool
}

func (p *printer) progress(what string) *progress {
	return &progress{out: p, what: what, terminal: isTerminal(p.err), begun: time.Now()}
}

// step says that done of total is done; total 0: not known. Detail names what is being done.
func (b *progress) step(done, total int, detail string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	every := progressLine
	if b.terminal {
		every = progressEvery
	}
	if now.Sub(b.begun) < progressFrom || now.Sub(b.shown) < every {
		return
	}
	b.shown = now
	text := b.text(done, total, detail)
	if !b.terminal {
		b.out.note("%s", text)
		return
	}
	b.drawn = true
	fmt.Fprintf(b.out.err, "\r\x1b[K%s", text)
}

// awaiting shows for how long something is awaited, until the function that it returns is called.
func (p *printer) awaiting(what string) func() {
	bar := p.progress(what)
	over := make(chan struct{})
	var shown sync.WaitGroup
	shown.Go(func() {
		ticks := time.NewTicker(progressFrom)
		defer ticks.Stop()
		for {
			select {
			case <-over:
				return
			case <-ticks.C:
				bar.step(int(time.Since(bar.begun).Seconds()), 0, "s")
			}
		}
	})
	return func() {
		close(over)
		shown.Wait()
		bar.end()
	}
}

func (b *progress) text(done, total int, detail string) string {
	if total == 0 {
		return strings.TrimSpace(fmt.Sprintf("%s %d %s", b.what, done, detail))
	}
	if !b.terminal {
		return strings.TrimSpace(fmt.Sprintf("%s %d of %d %s", b.what, done, total, detail))
	}
	filled := min(progressWidth, progressWidth*done/max(total, 1))
	bar := strings.Repeat("=", filled) + strings.Repeat(" ", progressWidth-filled)
	return strings.TrimSpace(fmt.Sprintf("%s [%s] %d/%d %s", b.what, bar, done, total, detail))
}

// end takes the bar away.
func (b *progress) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn {
		fmt.Fprint(b.out.err, "\r\x1b[K")
		b.drawn = false
	}
}
