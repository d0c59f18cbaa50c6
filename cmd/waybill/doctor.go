package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/internal/stack"
	"waybill/internal/temporal"
	"waybill/store"
	"waybill/worker"
)

type doctorCommand struct {
	DatabaseURL     string `name:"database-url" help:"PostgreSQL database. Default: the one of the server that runs on the data folder." env:"DATABASE_URL" placeholder:"URL"`
	TemporalAddress string `help:"Temporal. Default: the one of the server that runs on the data folder." env:"TEMPORAL_ADDRESS" placeholder:"HOST:PORT"`
	Data            string `help:"Data folder of \"waybill up\"." env:"WAYBILL_DATA" default:".waybill" placeholder:"DIR"`
	Repair          bool   `help:"Poke what stands still: its next turn puts it right."`
	// RestoredAt is the point to which the database was restored.
	RestoredAt instant `help:"After a restore: the time of the backup. Lists the remote calls that may have been made after it, for somebody to ask the partner." placeholder:"TIME"`
}

// instant is a moment on the command line.
type instant time.Time

// UnmarshalText reads a moment with its zone.
func (i *instant) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("%q: a moment is written with its zone, as 2026-03-02T14:00:00+08:00", text)
	}
	*i = instant(t)
	return nil
}

func (doctorCommand) Help() string {
	return `Compares the instances in PostgreSQL with the workflows in Temporal, and finds what stands still without a reason. A repair is a poke: the instance takes a turn, and goes on from what its row says. It can do no harm, and may be repeated.

Examples:
  waybill doctor
  waybill doctor --repair
  waybill doctor --restored-at 2026-03-02T14:00:00+08:00
  DATABASE_URL=postgres://... TEMPORAL_ADDRESS=temporal:7233 waybill doctor --json

Ends with 0 where nothing is wrong, or all of it was poked, else with 1.`
}

// ailment is what doctor finds, as JSON.
type ailment struct {
	Instance *uuid.UUID `json:"instance,omitempty"`
	Symptom  string     `json:"symptom"`
	Since    *time.Time `json:"since,omitempty"`
	Detail   string     `json:"detail,omitempty"`
	Means    string     `json:"means"`
	Poked    bool       `json:"poked,omitempty"`
}

// means says what a symptom means, and what to do where a poke does not mend it.
func means(s store.Symptom) string {
	switch s {
	case store.InboxUnread:
		return "something arrived for the instance and no turn has taken it; a poke makes it take one. Many of them: does a worker run?"
	case store.WakePast:
		return "a deadline passed and the instance was not woken; a poke wakes it"
	case store.CallUnclaimed:
		return "a remote call was requested and nobody makes it; a poke requests it again, under the same idempotency key"
	case store.ChildUnhandled:
		return "a sub-process has ended and its parent has not heard of it; a repair reports it again"
	case store.LockOfEnded:
		return "an instance has ended and holds a lock, or a place in its queue; a repair frees it and tells the next one"
	case store.LockUntold:
		return "the instance is first in the queue of its locks and was never told; a repair tells it"
	case worker.PerhapsMade:
		return "the call may have been made after the backup; ask the partner by the key, where there is one. A poke makes an unanswered one again, under the same key"
	case worker.NoWorkflow:
		return "the instance is open, and no workflow runs for it; a poke starts one"
	case worker.NoRow:
		return "a workflow runs for an instance that the database does not have, as after a restore; it waits, and may be terminated in Temporal"
	case worker.OverdueEnd:
		return "the instance has ended and its workflow has not heard of it; a poke ends it, too"
	case worker.ScheduleDrift:
		return "a schedule differs between the database and Temporal; a repair has the worker's relay apply it"
	}
	return "not known to this version"
}

// doctored is all that doctor finds, as JSON.
type doctored struct {
	Found     []ailment `json:"found"`
	Incidents int       `json:"incidents"` // instances that wait for an operator
}

func (c *doctorCommand) Run(ctx context.Context, out *printer) error {
	doctor, done, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	examined := out.awaiting("examining")
	diagnoses, err := examine(ctx, doctor)
	examined()
	if err != nil {
		return err
	}
	if at := time.Time(c.RestoredAt); !at.IsZero() {
		made, err := doctor.Restored(ctx, at)
		if err != nil {
			return err
		}
		diagnoses = append(diagnoses, made...)
	}
	bar := out.progress("repairing")
	defer bar.end()
	found := doctored{Found: []ailment{}}
	if found.Incidents, err = standingStill(ctx, doctor.Store); err != nil {
		return err
	}
	open := 0
	for _, d := range diagnoses {
		a := ailmentOf(d)
		if a.Poked, err = c.repair(ctx, doctor, d); err != nil {
			return fmt.Errorf("%s %s: %w", d.Instance, d.Detail, err)
		}
		if !a.Poked {
			open++
		}
		found.Found = append(found.Found, a)
		bar.step(len(found.Found), len(diagnoses), "")
	}
	bar.end()
	if err := out.show(found, func() { out.doctored(found, c.Repair) }); err != nil {
		return err
	}
	if open > 0 {
		return shownError{exitFindings}
	}
	return nil
}

// settle is how long what was found must last: a turn, a schedule or a workflow may be on its way.
const settle = 3 * time.Second

// examine returns what is found twice.
func examine(ctx context.Context, doctor *worker.Doctor) ([]worker.Diagnosis, error) {
	first, err := doctor.Examine(ctx)
	if err != nil || len(first) == 0 {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(settle):
	}
	again, err := doctor.Examine(ctx)
	return slices.DeleteFunc(again, func(d worker.Diagnosis) bool {
		return !slices.ContainsFunc(first, func(f worker.Diagnosis) bool {
			return f.Instance == d.Instance && f.Symptom == d.Symptom && f.Detail == d.Detail
		})
	}), err
}

// standingStill counts the instances of all tenants that have an incident: no poke helps them.
func standingStill(ctx context.Context, db *store.Store) (int, error) {
	tenants, err := db.Tenants(ctx)
	total := 0
	for _, tenant := range tenants {
		if err != nil {
			break
		}
		err = db.ReadTenant(ctx, tenant, func(tx pgx.Tx) error {
			n, err := store.StandingStill(ctx, tx)
			total += n
			return err
		})
	}
	return total, err
}

// repair tells whether it set something going that mends what was found.
func (c *doctorCommand) repair(ctx context.Context, doctor *worker.Doctor, d worker.Diagnosis) (bool, error) {
	switch {
	case !c.Repair || d.Tenant == uuid.Nil || d.Symptom == worker.PerhapsMade:
		return false, nil
	case d.Symptom == worker.ScheduleDrift:
		return true, doctor.Store.InTenant(ctx, d.Tenant, func(tx pgx.Tx) error {
			var w store.Writes
			store.InsertEvent(&w, store.Event{Topic: store.TopicSchedules})
			return w.Send(ctx, tx)
		})
	case d.Instance == uuid.Nil:
		return false, nil
	}
	return true, doctor.Repair(ctx, d)
}

func ailmentOf(d worker.Diagnosis) ailment {
	a := ailment{Symptom: string(d.Symptom), Detail: d.Detail, Means: means(d.Symptom)}
	if d.Instance != uuid.Nil {
		a.Instance = &d.Instance
	}
	if !d.Since.IsZero() {
		a.Since = &d.Since
	}
	return a
}

func (p *printer) doctored(d doctored, repaired bool) {
	if d.Incidents > 0 {
		defer p.line("%s at an incident until an operator acts: \"waybill instances --incident\" lists them",
			p.yellow(countedAs(d.Incidents, "instance stands still", "instances stand still")))
	}
	switch {
	case len(d.Found) == 0 && d.Incidents > 0:
		p.line("PostgreSQL and Temporal agree")
		return
	case len(d.Found) == 0:
		p.line("%s: PostgreSQL and Temporal agree", p.green("nothing stands still"))
		return
	}
	explained := map[string]bool{}
	for _, a := range d.Found {
		what := a.Detail
		if a.Instance != nil {
			what = a.Instance.String() + prefixed(" ", a.Detail)
		}
		since := ""
		if a.Since != nil {
			since = " since " + moment(a.Since)
		}
		poked := ""
		if a.Poked {
			poked = " " + p.green("poked")
		}
		p.line("%s %s%s%s", p.yellow(a.Symptom+":"), what, p.faint(since), poked)
		if !explained[a.Symptom] {
			explained[a.Symptom] = true
			p.line("    %s", p.faint(a.Means))
		}
	}
	if !repaired {
		p.line("%s", `"waybill doctor --repair" pokes them`)
	}
}

// open connects to what is to be compared.
func (c *doctorCommand) open(ctx context.Context) (*worker.Doctor, func(), error) {
	to := worker.Connection{Address: c.TemporalAddress, Log: slog.New(slog.DiscardHandler)}
	url := c.DatabaseURL
	if url == "" || to.Address == "" {
		running, err := stack.Locate(c.Data)
		if err != nil {
			return nil, nil, withCode(exitUnavailable, fmt.Errorf("%w: %w: run \"waybill up\" in another terminal, or give --database-url and --temporal-address", errNoServer, err))
		}
		if url == "" {
			url = running.Database
		}
		if to.Address == "" {
			to.Address, to.Namespace = running.Temporal, temporal.Namespace
		}
	}
	db, err := store.Open(ctx, url)
	if err != nil {
		return nil, nil, withCode(exitUnavailable, fmt.Errorf("%w; %s", err, noServerMend))
	}
	connected, err := worker.Connect(ctx, to)
	if err != nil {
		db.Close()
		return nil, nil, withCode(exitUnavailable, fmt.Errorf("%w; %s", err, noServerMend))
	}
	return &worker.Doctor{Store: db, Client: connected}, func() {
		connected.Close()
		db.Close()
	}, nil
}
