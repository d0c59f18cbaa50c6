package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"waybill/internal/stack"
	"waybill/internal/staff"
)

type demoCommand struct {
	languageFlag
	Once   bool   `help:"End when every order has reached its end, with exit code 0, or 1 and the reason."`
	Orders int    `help:"How many orders the day has." default:"12" placeholder:"N"`
	Seed   uint64 `help:"The same seed makes the same day." default:"7" placeholder:"N"`
	Data   string `help:"Folder that keeps everything. Default: one of its own, which is gone afterwards." placeholder:"DIR"`
}

func (demoCommand) Help() string {
	return `Boots everything, loads a made-up bicycle maker, and plays a day of its orders with its staff, its customers, its suppliers and the carrier simulated: leads, a quote that a manager signs, orders from stock, a shortage that is produced with material that is bought, a late cancellation, a shipment in parts, a service case with a return. Then it tells one order's whole story and serves until Ctrl-C.

Examples:
  waybill demo
  waybill demo --once --orders 30
  waybill demo --lang zh-CN`
}

const (
	fewestOrders = 4 // those that the story is about
	// demoWithin bounds the day: what is not over by then stands still.
	demoWithin = 10 * time.Minute
	// demoPatience is how long nothing may happen.
	demoPatience = 30 * time.Second
)

func (c *demoCommand) Run(ctx context.Context, out *printer) error {
	if c.Orders < fewestOrders {
		return withCode(exitUsage, fmt.Errorf("--orders %d: the day has %d at least", c.Orders, fewestOrders))
	}
	data, leave, err := c.folder()
	if err != nil {
		return err
	}
	defer leave()
	running, closeLog, err := c.boot(ctx, out, data)
	if err != nil {
		return err
	}
	defer closeLog()
	err = c.play(ctx, out, running)
	if err == nil && !c.Once {
		out.line("")
		out.line("%s", out.green("The bicycle maker stays open."))
		out.table(nil, [][]string{
			{"  API", running.URL + "/api/v1  (documentation: " + running.URL + "/api/docs)"},
			{"  token", "in " + filepath.Join(data, "token")},
			{"  try", "waybill task list --data " + data},
		})
		out.line("%s", out.faint("Ctrl-C stops all of it."))
		return serve(ctx, out, running)
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	return errors.Join(err, running.Stop(stopping))
}

// folder returns the data folder and what to do with it in the end.
func (c *demoCommand) folder() (string, func(), error) {
	if c.Data != "" {
		return c.Data, func() {}, os.MkdirAll(c.Data, 0o700)
	}
	made, err := os.MkdirTemp("", "waybill-demo-")
	if err != nil {
		return "", nil, err
	}
	return made, func() { os.RemoveAll(made) }, nil
}

// boot starts the stack with the company in it. Its log goes to a file: the terminal shows the day.
func (c *demoCommand) boot(ctx context.Context, out *printer, data string) (*stack.Stack, func(), error) {
	log, err := os.Create(filepath.Join(data, "demo.log"))
	if err != nil {
		return nil, nil, err
	}
	closeLog := func() { log.Close() }
	packs, err := packFolders([]string{demoPack})
	if err != nil {
		closeLog()
		return nil, nil, err
	}
	begun := time.Now()
	running, err := startStack(ctx, out, stack.Options{
		Data: data, Packs: packs, Version: version(), Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		closeLog()
		return nil, nil, err
	}
	if err := loadDemoCompany(ctx, running.Store, running.Tenant, time.Now()); err != nil {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		closeLog()
		return nil, nil, errors.Join(fmt.Errorf("company: %w", err), running.Stop(stopping))
	}
	out.line("%s in %.1f s: PostgreSQL, Temporal, the worker, the API, and %s", out.green("up"), time.Since(begun).Seconds(), demoCompany)
	return running, closeLog, nil
}

// play plays the day and tells its story.
func (c *demoCommand) play(ctx context.Context, out *printer, running *stack.Stack) error {
	server := &client{base: running.URL, token: running.Token, http: http.Client{Timeout: patience}}
	day := newDemoDay(server, c.Seed, c.Orders, time.Now())
	board, err := newDemoBoard(out, server, c.languageFlag)
	if err != nil {
		return err
	}
	playing, cancel := context.WithTimeout(ctx, demoWithin)
	defer cancel()
	fed := make(chan struct{})
	feeding := make(chan error, 1)
	go func() {
		defer close(fed)
		feeding <- day.feed(playing)
	}()
	stop := board.start(playing)
	err = staff.New(staff.Options{
		URL: running.URL, Token: running.Token, Seed: c.Seed, Rules: day.rules(), Outside: day.outside(),
		Feeding: fed, Patience: demoPatience, Progress: board.hear,
	}).Run(playing)
	cancel()
	if fault := <-feeding; fault != nil && (err == nil || !errors.Is(fault, context.Canceled)) {
		err = errors.Join(fault, err)
	}
	stop()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	return day.tell(ctx, out, c)
}
