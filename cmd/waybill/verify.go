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
	Instance string `arg:"" optional:"" name:"key-or-id" help:"Only this instance: its business key, or its id."`
}

func (verifyCommand) Help() string {
	return `Walks the hash chain of every history in the database, each entry against its stored hash, against the one before and against the head in the instance's row, and finds histories whose instance is gone. It needs no server, and disturbs none.

Examples:
  waybill verify
  waybill verify SO-1
  waybill verify 0198c0de-0000-7000-8000-000000000001
  DATABASE_URL=postgres://... waybill verify --json

Ends with 0 where every chain is whole, else with 1 and the entries that were edited, removed, added or out of order, or have no instance any more.`
}

// verified is what verify finds, as JSON.
type verified struct {
	Instances int         `json:"instances"`
	Entries   int64       `json:"entries"`
	Broken    []brokenRow `json:"broken"`
}

type brokenRow struct {
	Instance uuid.UUID `json:"instance"`
	Process  string    `json:"process"`
	Key      string    `json:"key,omitempty"`
	Seq      int64     `json:"seq"`
	What     string    `json:"what"`
}

func (c *verifyCommand) Run(ctx context.Context, out *printer) error {
	opened := out.awaiting("opening the database")
	db, done, err := c.open(ctx)
	opened()
	if err != nil {
		return err
	}
	defer done()
	w := &verifier{db: db, bar: out.progress("chains"), found: verified{Broken: []brokenRow{}}}
	defer w.bar.end()
	if id, err := uuid.Parse(c.Instance); err == nil {
		w.only = id
	} else {
		w.key = c.Instance
	}
	if err := w.tenants(ctx); err != nil {
		return err
	}
	w.bar.end()
	if c.Instance != "" && w.found.Instances == 0 {
		return withCode(exitNotFound, fmt.Errorf("no instance has the id or the business key %q", c.Instance))
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
		p.line("%s %s %s entry %d: %s", p.red("broken"), orElse(b.Process+prefixed(" ", b.Key), "instance"), p.faint(b.Instance.String()), b.Seq, b.What)
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
	only  uuid.UUID // one instance; uuid.Nil: all
	key   string    // those with this business key; "": all
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
		return v.db.ReadTenant(ctx, tenant, func(tx pgx.Tx) error {
			found, err := store.ReadHead(ctx, tx, v.only)
			if errors.Is(err, store.ErrNotFound) {
				return nil // it is another tenant's
			}
			if err != nil {
				return err
			}
			return v.instance(ctx, tx, found)
		})
	}
	after := uuid.Nil
	for {
		var page []store.Head
		err := v.db.ReadTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
			if page, err = store.Heads(ctx, tx, v.key, after, verifyPage); err != nil {
				return err
			}
			for _, head := range page {
				if err := v.instance(ctx, tx, head); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(page) < verifyPage && v.key == "" {
			return v.orphans(ctx, tenant)
		}
		if len(page) < verifyPage {
			return nil
		}
		after = page[len(page)-1].Instance
	}
}

// orphans finds histories of instances that are not there any more.
func (v *verifier) orphans(ctx context.Context, tenant uuid.UUID) error {
	after := uuid.Nil
	for {
		var page []store.Break
		err := v.db.ReadTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
			page, err = store.Orphans(ctx, tx, after, verifyPage)
			return err
		})
		for _, b := range page {
			v.found.Broken = append(v.found.Broken, brokenRow{Instance: b.Instance, Seq: b.Seq, What: b.What})
		}
		if err != nil || len(page) < verifyPage {
			return err
		}
		after = page[len(page)-1].Instance
	}
}

func (v *verifier) instance(ctx context.Context, tx pgx.Tx, head store.Head) error {
	broken, entries, err := store.Verify(ctx, tx, head.Instance)
	if err != nil {
		return fmt.Errorf("instance %s: %w", head.Instance, err)
	}
	v.found.Instances++
	v.found.Entries += entries
	if broken != nil {
		v.found.Broken = append(v.found.Broken,
			brokenRow{Instance: broken.Instance, Process: head.Process, Key: head.BusinessKey, Seq: broken.Seq, What: broken.What})
	}
	v.bar.step(v.found.Instances, 0, "")
	return nil
}
