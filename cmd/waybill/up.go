package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"waybill/internal/stack"
	"waybill/store"
)

// stopWithin is how long a clean stop may take before the process ends all the same.
const stopWithin = 30 * time.Second

// stackFlags say what a stack stands on.
type stackFlags struct {
	DatabaseURL     string `name:"database-url" help:"PostgreSQL database to use instead of one in the data folder." env:"DATABASE_URL" placeholder:"URL"`
	TemporalAddress string `help:"Temporal to use instead of one in this process. Namespace, TLS and API key as TEMPORAL_NAMESPACE, TEMPORAL_TLS, TEMPORAL_API_KEY and the other variables of Temporal's SDK." env:"TEMPORAL_ADDRESS" placeholder:"HOST:PORT"`
	Verbose         bool   `short:"v" help:"Log more."`
}

func (f stackFlags) options(out *printer) (stack.Options, error) {
	level := slog.LevelWarn
	if f.Verbose {
		level = slog.LevelDebug
	}
	options := stack.Options{
		DatabaseURL: f.DatabaseURL, TemporalAddress: f.TemporalAddress, Version: version(),
		Log: slog.New(slog.NewTextHandler(out.err, &slog.HandlerOptions{Level: level})),
	}
	err := faults(&options)
	return options, err
}

// keepFlags say how long is kept what nobody needs any more.
type keepFlags struct {
	KeepRequests int `help:"Days for which requests are remembered, at least: idempotency keys, ids of messages, what became of an inbox row. 0: for ever." env:"WAYBILL_KEEP_REQUESTS" default:"30" placeholder:"DAYS"`
	KeepEvents   int `help:"Days for which events stay in the outbox, at least until all that follow it have read them. 0: for ever." env:"WAYBILL_KEEP_EVENTS" default:"30" placeholder:"DAYS"`
}

func (f keepFlags) retention() (store.Retention, error) {
	if f.KeepRequests < 0 || f.KeepEvents < 0 {
		return store.Retention{}, withCode(exitUsage, errors.New("--keep-requests and --keep-events are days: 0 or more"))
	}
	const day = 24 * time.Hour
	return store.Retention{Requests: time.Duration(f.KeepRequests) * day, Events: time.Duration(f.KeepEvents) * day}, nil
}

// approvalFlag makes deploys need a second person.
type approvalFlag struct {
	DeployApproval bool `help:"Every deploy waits until a second person approves it." env:"WAYBILL_DEPLOY_APPROVAL"`
}

type upCommand struct {
	stackFlags
	keepFlags
	approvalFlag
	Data   string   `help:"Folder that holds everything: database, ports, token. It is created where it is missing." env:"WAYBILL_DATA" default:".waybill" placeholder:"DIR"`
	Listen string   `help:"Address of the API. Default: a port of 127.0.0.1 that stays the same for the data folder." env:"WAYBILL_LISTEN" placeholder:"HOST:PORT"`
	Pack   []string `help:"Pack to deploy where it is not deployed yet: a folder, or one that comes with waybill. Give it once for each." default:"manufacturing" placeholder:"PACK"`
}

func (upCommand) Help() string {
	return `Serves until Ctrl-C, which stops all of it in order. All state is in the data folder and survives; after a kill, the next start repairs what it has to.

Examples:
  waybill up
  waybill up --data /var/lib/waybill --listen 127.0.0.1:8080
  waybill up --pack ./my-pack
  DATABASE_URL=postgres://... TEMPORAL_ADDRESS=temporal:7233 waybill up`
}

// upInfo is what up tells once it serves, as JSON.
type upInfo struct {
	URL       string `json:"url"`
	API       string `json:"api"`
	Docs      string `json:"docs"`
	Temporal  string `json:"temporal"`
	Data      string `json:"data"`
	TokenFile string `json:"token_file"`
}

func (c *upCommand) Run(ctx context.Context, out *printer) error {
	options, err := c.options(out)
	if err != nil {
		return err
	}
	options.Data, options.Listen, options.Approval = c.Data, c.Listen, c.DeployApproval
	if options.Packs, err = packFolders(c.Pack); err != nil {
		return err
	}
	if options.Keep, err = c.retention(); err != nil {
		return err
	}
	begun := time.Now()
	running, err := startStack(ctx, out, options)
	if err != nil {
		return err
	}
	info := upInfo{
		URL: running.URL, API: running.URL + "/api/v1", Docs: running.URL + "/api/docs", Temporal: running.TemporalAddress,
		Data: c.Data, TokenFile: filepath.Join(c.Data, "token"),
	}
	err = out.show(info, func() {
		out.line("%s in %.1f s", out.green("waybill is up"), time.Since(begun).Seconds())
		out.table(nil, [][]string{
			{"  API", info.API + "  (documentation: " + info.Docs + ")"},
			{"  token", "in " + info.TokenFile},
			{"  Temporal", info.Temporal},
			{"  data", info.Data},
		})
		out.line("%s", out.faint("Ctrl-C stops all of it."))
	})
	return errors.Join(err, serve(ctx, out, running))
}

// startStack starts a stack and shows how far it is.
func startStack(ctx context.Context, out *printer, options stack.Options) (*stack.Stack, error) {
	bar := out.progress("starting")
	defer bar.end()
	step := 0
	options.Progress = func(what string) {
		step++
		bar.step(step, stack.Steps, what)
	}
	running, err := stack.Start(ctx, options)
	if err != nil && ctx.Err() == nil {
		err = withCode(exitUnavailable, err)
	}
	return running, err
}

// serve waits until it is told to stop, or a part of the stack has ended by itself, and stops it.
func serve(ctx context.Context, out *printer, running *stack.Stack) error {
	var failed error
	select {
	case <-ctx.Done():
		out.line("stopping")
	case failed = <-running.Failed():
		out.note("%s %v", out.red("a part ended:"), failed)
		failed = withCode(exitUnavailable, failed)
	}
	stopping, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	err := running.Stop(stopping)
	if err == nil && failed == nil {
		out.line("stopped")
	}
	return errors.Join(failed, err)
}

// packFolders opens packs by their names.
func packFolders(names []string) ([]fs.FS, error) {
	var opened []fs.FS
	for _, name := range names {
		folder, err := packFolder(name)
		if err != nil {
			return nil, err
		}
		opened = append(opened, folder)
	}
	return opened, nil
}

type apiCommand struct {
	stackFlags
	approvalFlag
	Listen string `help:"Address of the API." env:"WAYBILL_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
}

func (apiCommand) Help() string {
	return `Serves the API alone, without any state of its own: any number of processes may. DATABASE_URL and TEMPORAL_ADDRESS are needed.

Example:
  DATABASE_URL=postgres://... TEMPORAL_ADDRESS=temporal:7233 waybill api --listen 0.0.0.0:8080`
}

func (c *apiCommand) Run(ctx context.Context, out *printer) error {
	return runPart(ctx, out, c.stackFlags, stack.Options{Parts: []stack.Part{stack.API}, Listen: c.Listen, Approval: c.DeployApproval})
}

type workerCommand struct {
	stackFlags
	keepFlags
	BuildID string `help:"Version of this worker, for Temporal's Worker Deployment Versioning." env:"WAYBILL_BUILD_ID" placeholder:"ID"`
}

func (workerCommand) Help() string {
	return `Runs workflows, turns, remote calls and the relay alone: any number of processes may. DATABASE_URL and TEMPORAL_ADDRESS are needed.

Example:
  DATABASE_URL=postgres://... TEMPORAL_ADDRESS=temporal:7233 waybill worker`
}

func (c *workerCommand) Run(ctx context.Context, out *printer) error {
	keep, err := c.retention()
	if err != nil {
		return err
	}
	return runPart(ctx, out, c.stackFlags, stack.Options{Parts: []stack.Part{stack.Worker}, BuildID: c.BuildID, Keep: keep})
}

// runPart runs a stack without a data folder.
func runPart(ctx context.Context, out *printer, flags stackFlags, part stack.Options) error {
	options, err := flags.options(out)
	if err != nil {
		return err
	}
	if flags.DatabaseURL == "" || flags.TemporalAddress == "" {
		return withCode(exitUsage, errors.New("DATABASE_URL and TEMPORAL_ADDRESS are needed; \"waybill up\" runs with a database and a Temporal of its own"))
	}
	options.Parts, options.Listen, options.BuildID, options.Keep = part.Parts, part.Listen, part.BuildID, part.Keep
	options.Approval = part.Approval
	running, err := startStack(ctx, out, options)
	if err != nil {
		return err
	}
	out.line("%s%s", out.green("ready"), prefixed(" at ", running.URL))
	return serve(ctx, out, running)
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}
