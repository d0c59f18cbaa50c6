package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/store"
)

// Deployment is the outcome of Deploy. New is false where the newest revision was the same already.
type Deployment struct {
	Pack     string
	Revision int
	Hash     string
	New      bool
}

// Deploy makes the pack in files the tenant's newest revision. Findings of severity error leave it
// undeployed: the Deployment is then zero. Its schedules follow by way of the outbox.
func (h *Host) Deploy(ctx context.Context, tenant uuid.UUID, files fs.FS, by string) (Deployment, []definitions.Finding, error) {
	pack, findings := h.readWhole(files)
	if pack == nil {
		return Deployment{}, findings, nil
	}
	archived, err := archive(files)
	if err != nil {
		return Deployment{}, findings, err
	}
	var d Deployment
	err = h.store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		d, err = activate(ctx, tx, pack, store.Author{By: by}, archived)
		return err
	})
	if err != nil {
		return Deployment{}, findings, fmt.Errorf("deploy %s: %w", pack.Name, err)
	}
	return d, findings, nil
}

// readWhole reads a pack that is to be deployed: mistakes in its scenario tests keep it from that, too.
func (h *Host) readWhole(files fs.FS) (*definitions.Pack, []definitions.Finding) {
	pack, findings := definitions.Load(files, h.catalogue)
	if pack == nil {
		return nil, findings
	}
	_, ofTests := definitions.LoadTests(files, pack)
	findings = append(findings, ofTests...)
	if definitions.HasErrors(ofTests) {
		return nil, findings
	}
	return pack, findings
}

// activate makes a checked pack the newest revision.
func activate(ctx context.Context, tx pgx.Tx, pack *definitions.Pack, who store.Author, archived []byte) (Deployment, error) {
	r, added, err := store.AddRevision(ctx, tx, store.Revision{Pack: pack.Name, Hash: pack.Hash}, who, archived)
	if err != nil {
		return Deployment{}, err
	}
	d := Deployment{Pack: pack.Name, Revision: r.Number, Hash: r.Hash, New: added}
	if !added {
		return d, nil
	}
	return d, replaceSchedules(ctx, tx, pack, r.Number)
}

func replaceSchedules(ctx context.Context, tx pgx.Tx, pack *definitions.Pack, revision int) error {
	var wanted []store.Schedule
	for _, process := range own(pack) {
		for i, start := range pack.Processes[process].Starts {
			if start.Every == nil {
				continue
			}
			wanted = append(wanted, store.Schedule{
				ID: fmt.Sprintf("%s/%s/%d", pack.Name, process, i), Pack: pack.Name, Process: process,
				Revision: revision, Cron: start.Every.Cron, Zone: pack.Calendar.Zone().String(),
			})
		}
	}
	if err := store.ReplaceSchedules(ctx, tx, pack.Name, wanted); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"pack": pack.Name})
	if err != nil {
		return err
	}
	var w store.Writes
	store.InsertEvent(&w, store.Event{Topic: store.TopicSchedules, Body: body})
	return w.Send(ctx, tx)
}
