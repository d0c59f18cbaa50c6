package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"waybill/internal/folder"
	"waybill/internal/postgres"
	"waybill/internal/stack"
	"waybill/store"
)

// directFlags say which database a command reads without a server.
type directFlags struct {
	DatabaseURL string `name:"database-url" help:"PostgreSQL database. Default: the one of the data folder." env:"DATABASE_URL" placeholder:"URL"`
	Data        string `help:"Data folder of \"waybill up\"." env:"WAYBILL_DATA" default:".waybill" placeholder:"DIR"`
}

// open connects to the database: the one named, the one of the server that runs on the data folder, or
// else the folder's own PostgreSQL, which it starts for as long as the command runs. The caller calls
// the function it gets when it is done.
func (f directFlags) open(ctx context.Context) (*store.Store, func(), error) {
	url, stop, err := f.address(ctx)
	if err != nil {
		return nil, nil, withCode(exitUnavailable, err)
	}
	opened, err := store.Open(ctx, url)
	if err != nil {
		stop()
		return nil, nil, withCode(exitUnavailable, err)
	}
	return opened, func() {
		opened.Close()
		stop()
	}, nil
}

func (f directFlags) address(ctx context.Context) (string, func(), error) {
	if f.DatabaseURL != "" {
		return f.DatabaseURL, func() {}, nil
	}
	if _, err := os.Stat(filepath.Join(f.Data, "postgres")); err != nil {
		return "", nil, fmt.Errorf("no database on data folder %s: give --data or --database-url", f.Data)
	}
	held, err := folder.Open(f.Data)
	if errors.Is(err, folder.ErrInUse) {
		running, err := stack.Locate(f.Data)
		if err != nil {
			return "", nil, fmt.Errorf("%w: it is starting or stopping; try again", err)
		}
		return running.Database, func() {}, nil
	}
	if err != nil {
		return "", nil, err
	}
	server, err := postgres.Start(ctx, postgres.Options{
		DataDir: held.Path("postgres"), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return "", nil, errors.Join(err, held.Close())
	}
	return server.URL(stack.Database), func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		// A server that does not stop in order recovers at its next start.
		_ = errors.Join(server.Stop(stopping), held.Close())
	}, nil
}
