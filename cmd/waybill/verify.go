package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/store"
)

type verifyCommand struct {
	directFlags
	Instance string `arg:"" optional:"" help:"Only this instance, by its id."`
}

func (verifyCommand) Help() string {
	return `Walks the hash chain of every history in the database, each entry against its stored hash, against the one before and against the head in the instance's row. It needs no server, and disturbs none.

Examples:
  waybill verify
  waybill verify 0198c0de-0000-7000-8000-000000000001
  DATABASE_URL=postgres://... waybill verify --json

Ends with 0 where every chain is whole, else with 1 and the entries that were edited, removed or added.`
}

// verified is what verify finds, as JSON.
type verified struct {
	Instances int         `json:"instances"`
	Entries   int64       `json:"entries"`
	Broken    []brokenRow `json:"broken"`
}

type brokenRow struct {
	Instance uuid.UUID `json:"instance"`
	Seq      int64     `json:"seq"`
	What     string    `json:"what"`
}

func (c *verifyCommand) Run(ctx context.Context, out *printer) error {
	only := uuid.Nil
	if c.Instance != "" {
		var err error
		if only, err = parseID("instance", c.Instance); err != nil {
			return err
		}
	}
	db, done, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	w := &verifier{db: db, only: only, bar: out.progress("chains"), found: verified{Broken: []brokenRow{}}}
	defer w.bar.end()
	if err := w.tenants(ctx); err != nil {
		return err
	}
	w.bar.end()
	if only != uuid.Nil && w.found.Instances == 0 {
		return withCode(exitNotFound, fmt.Errorf("no instance has the id %s", only))
	}
	if err := out.show(w.found, func() { out.verified(w.found) }); err != nil {
		return err
	}
	if len(w.found.Broken) > 0 {
		return shownError{exitFindings}
	}
	return nil
}

func (p *printer) verified(v verified) {
	for _, b := range v.Broken {
		p.line("%s %s entry %d: %s", p.red("broken"), b.Instance, b.Seq, b.What)
	}
	text := fmt.Sprintf("%s, %s: ", counted(v.Instances, "chain"), countedAs(int(v.Entries), "entry", "entries"))
	if len(v.Broken) > 0 {
		p.line("%s%s", text, p.red(fmt.Sprintf("%d broken", len(v.Broken))))
		return
	}
	p.line("%s%s", text, p.green("all whole"))
}

// verifier walks the chains of all tenants.
type verifier struct {
	db    *store.Store
	only  uuid.UUID
	bar   *progress
	found verified
}

// verifyPage is how many instances one transaction walks.
const verifyPage = 200

func (v *verifier) tenants(ctx context.Context) error {
	tenants, err := v.db.Tenants(ctx)
	for _, tenant := range tenants {
		if err == nil {
			err = v.tenant(ctx, tenant)
		}
	}
	return err
}

func (v *verifier) tenant(ctx context.Context, tenant uuid.UUID) error {
	if v.only != uuid.Nil {
		return v.db.ReadTenant(ctx, tenant, func(tx pgx.Tx) error { return v.instance(ctx, tx, v.only) })
	}
	after := uuid.Nil
	for {
		var page []store.Instance
		err := v.db.ReadTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
			if page, err = store.Instances(ctx, tx, store.InstanceFilter{After: after, Limit: verifyPage}); err != nil {
				return err
			}
			for i := range page {
				if err := v.instance(ctx, tx, page[i].ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(page) < verifyPage {
			return err
		}
		after = page[len(page)-1].ID
	}
}

func (v *verifier) instance(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	broken, entries, err := store.Verify(ctx, tx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it is another tenant's
	}
	if err != nil {
		return fmt.Errorf("instance %s: %w", id, err)
	}
	v.found.Instances++
	v.found.Entries += entries
	if broken != nil {
		v.found.Broken = append(v.found.Broken, brokenRow{broken.Instance, broken.Seq, broken.What})
	}
	v.bar.step(v.found.Instances, 0, "")
	return nil
}
