package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"waybill/api"
	"waybill/engine"
	"waybill/internal/staff"
)

// boardEvery is how often the board looks.
const boardEvery = 300 * time.Millisecond

// demoBoard shows how far the day's work is: drawn again and again on a terminal, a line for each change
// otherwise.
type demoBoard struct {
	languageFlag
	out    *printer
	server *client
	redraw bool

	mu    sync.Mutex
	heard staff.Progress
	rows  map[uuid.UUID]demoRow
	names map[string]string // of customers
	drawn int               // lines on the terminal
}

// demoRow is a lead, an order or a service case.
type demoRow struct {
	what, who, now string
	ended          bool
}

func newDemoBoard(out *printer, server *client, language languageFlag) (*demoBoard, error) {
	customers, err := demoRows("customers")
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, c := range customers {
		names[c["number"]] = c["name"]
	}
	return &demoBoard{
		languageFlag: language, out: out, server: server, redraw: isTerminal(out.out) && !out.json,
		rows: map[uuid.UUID]demoRow{}, names: names,
	}, nil
}

// hear takes what the staff did last.
func (b *demoBoard) hear(p staff.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heard = p
}

// start shows until the function that it returns is called, which shows how it ended.
func (b *demoBoard) start(ctx context.Context) (stop func()) {
	ending, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(boardEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ending:
				return
			case <-ticker.C:
				b.look(ctx)
			}
		}
	}()
	return func() {
		close(ending)
		<-done
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerSoon)
		defer cancel()
		b.look(last)
	}
}

const answerSoon = 5 * time.Second

// look reads how far everything is. What it cannot read now it reads the next time.
func (b *demoBoard) look(ctx context.Context) {
	var order []uuid.UUID
	for _, process := range []string{"lead_to_order", "fulfil_order", "service_case"} {
		found, err := listInstances(ctx, b.server, process)
		if err != nil {
			return
		}
		for _, i := range slices.Backward(found) {
			order = append(order, i.ID)
			before := b.rows[i.ID]
			if before.ended || i.Status == "created" {
				continue
			}
			row, err := b.row(ctx, &i)
			if err != nil {
				return
			}
			b.rows[i.ID] = row
			if !b.redraw && row != before {
				b.out.line("  %s%s%s", padded(row.what, 18), padded(row.who, 26), row.now)
			}
		}
	}
	if b.redraw {
		b.draw(order)
	}
}

func (b *demoBoard) row(ctx context.Context, i *api.Instance) (demoRow, error) {
	var view api.InstanceView
	if err := b.server.do(ctx, request{method: "GET", path: "/api/v1/instances/" + i.ID.String()}, &view); err != nil {
		return demoRow{}, err
	}
	row := demoRow{what: view.Key, ended: view.Status == "ended", now: b.stage(&view)}
	switch view.Process {
	case "lead_to_order":
		row.what, row.who = b.title(view.Title, view.Process), demoText(view.Data, "company")
	case "service_case":
		row.what, row.who = b.title(view.Title, view.Process), b.names[demoText(view.Data, "customer")]
	default:
		customer := demoText(view.Data, "order", "customer")
		if view.Parent != nil && b.names[customer] == "" {
			b.names[customer] = b.rows[*view.Parent].who // the lead has become a customer
		}
		row.who = b.names[customer]
	}
	if row.ended {
		row.now = view.Outcome
	}
	return row, nil
}

// stage names the stages that are active now.
func (b *demoBoard) stage(view *api.InstanceView) string {
	var active []string
	for _, s := range view.Progress {
		if s.Status == string(engine.StageOpen) {
			active = append(active, b.title(s.Title, s.Stage))
		}
	}
	if len(active) == 0 {
		return view.Status
	}
	return strings.Join(active, ", ")
}

// draw writes the board over the one before.
func (b *demoBoard) draw(order []uuid.UUID) {
	b.mu.Lock()
	heard := b.heard
	b.mu.Unlock()
	var text strings.Builder
	if b.drawn > 0 {
		fmt.Fprintf(&text, "\x1b[%dA", b.drawn)
	}
	lines := 0
	write := func(line string) {
		text.WriteString("\r\x1b[K" + line + "\n")
		lines++
	}
	for _, id := range order {
		row, known := b.rows[id]
		if !known {
			continue
		}
		now := b.out.yellow(row.now)
		if row.ended {
			now = b.out.green("✓ " + row.now)
		}
		write("  " + padded(row.what, 18) + padded(row.who, 26) + now)
	}
	write(b.out.faint(fmt.Sprintf("  %d tasks done, %d messages from outside; last: %s", heard.Tasks, heard.Messages, heard.Last)))
	b.drawn = lines
	fmt.Fprint(b.out.out, text.String())
}

func padded(text string, to int) string {
	return text + strings.Repeat(" ", max(1, to-columns(text)))
}

// demoText reads a text out of process data; "" where there is none.
func demoText(data json.RawMessage, path ...string) string {
	for _, name := range path {
		var record map[string]json.RawMessage
		if json.Unmarshal(data, &record) != nil {
			return ""
		}
		data = record[name]
	}
	var text string
	_ = json.Unmarshal(data, &text) // what is no text shows as nothing
	return text
}
