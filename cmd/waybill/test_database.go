package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/activities"
	"waybill/activities/rehearsal"
	"waybill/internal/postgres"
	"waybill/internal/stack"
	"waybill/store"
)

// stage opens the database on which actions run: the one that is named, or else a private one that has
// the demo's company in it and is gone afterwards. The caller calls the function it gets when it is done.
func (c *testCommand) stage(ctx context.Context) (*rehearsal.Stage, func(), error) {
	if c.DatabaseURL != "" {
		return stageAt(ctx, c.DatabaseURL, func() {})
	}
	folder, err := os.MkdirTemp("", "waybill-test-")
	if err != nil {
		return nil, nil, err
	}
	server, err := postgres.Start(ctx, postgres.Options{DataDir: folder, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, nil, withCode(exitUnavailable, errors.Join(err, os.RemoveAll(folder)))
	}
	stop := func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		// Nobody needs what is in it.
		_ = errors.Join(server.Stop(stopping), os.RemoveAll(folder))
	}
	if err := server.CreateDatabase(ctx, stack.Database); err != nil {
		stop()
		return nil, nil, withCode(exitUnavailable, err)
	}
	url := server.URL(stack.Database)
	if err := store.Migrate(ctx, url); err != nil {
		stop()
		return nil, nil, err
	}
	s, done, err := stageAt(ctx, url, stop)
	if err != nil {
		return nil, nil, err
	}
	if err := loadDemoCompany(ctx, s.Store, s.Tenant, longAgo()); err != nil {
		done()
		return nil, nil, fmt.Errorf("company: %w", err)
	}
	return s, done, nil
}

// longAgo is when the private database's company opened its stock: before any case begins.
func longAgo() time.Time { return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) }

// stageAt opens the tenant's data in the database at a URL. stop is called at the end, and after an error.
func stageAt(ctx context.Context, url string, stop func()) (*rehearsal.Stage, func(), error) {
	catalogue, err := activities.Catalogue()
	if err != nil {
		stop()
		return nil, nil, err
	}
	opened, err := store.Open(ctx, url)
	if err != nil {
		stop()
		return nil, nil, withCode(exitUnavailable, err)
	}
	done := func() {
		opened.Close()
		stop()
	}
	var tenant uuid.UUID
	err = opened.Across(ctx, func(tx pgx.Tx) (err error) {
		tenant, err = store.AddTenant(ctx, tx, stack.Tenant)
		return err
	})
	if err != nil {
		done()
		return nil, nil, err
	}
	return &rehearsal.Stage{Store: opened, Tenant: tenant, Catalogue: catalogue}, done, nil
}
