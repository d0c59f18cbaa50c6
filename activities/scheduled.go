package activities

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/store"
)

// ScheduledInput names one time at which a schedule fires.
type ScheduledInput struct {
	Tenant   uuid.UUID
	Schedule string
	At       time.Time
}

// Scheduled writes the instance that a schedule starts at that time, the same however often it is
// called, and returns its id; uuid.Nil where none is to start: the schedule is gone, or the day is no
// work day. Its error is a *Fault.
func (h *Host) Scheduled(ctx context.Context, in ScheduledInput) (uuid.UUID, error) {
	id := store.DerivedID(in.At, in.Tenant.String()+" "+in.Schedule)
	err := h.store.InTenant(ctx, in.Tenant, func(tx pgx.Tx) error {
		s, err := store.ReadSchedule(ctx, tx, in.Schedule)
		if errors.Is(err, store.ErrNotFound) || err == nil && s.Removed {
			id = uuid.Nil
			return nil
		}
		if err != nil {
			return err
		}
		runs, err := h.firesOn(ctx, tx, in, s)
		if err != nil || !runs {
			id = uuid.Nil
			return err
		}
		arrival, err := arrivalOf(store.InboxRow{
			ID: store.DerivedID(in.At, id.String()+" start"), Instance: id, Kind: store.ArrivalStart,
		}, startBody(fields{}))
		if err != nil {
			return err
		}
		var w store.Writes
		store.InsertInstance(&w, store.Instance{ID: id, Pack: s.Pack, Process: s.Process, Revision: s.Revision, Started: in.At})
		store.InsertInbox(&w, arrival)
		return w.Send(ctx, tx)
	})
	if err != nil {
		return uuid.Nil, h.fault(ctx, TurnInput{Tenant: in.Tenant, Instance: id}, err)
	}
	return id, nil
}

// firesOn tells whether the schedule counts that day.
func (h *Host) firesOn(ctx context.Context, tx pgx.Tx, in ScheduledInput, s store.Schedule) (bool, error) {
	pack, err := h.packs.get(ctx, tx, in.Tenant, s.Pack, s.Revision)
	if err != nil {
		return false, err
	}
	for _, start := range pack.Processes[s.Process].Starts {
		if start.Every != nil && start.Every.Cron == s.Cron && start.Every.WorkDays {
			return pack.Calendar.IsWorkDay(in.At), nil
		}
	}
	return true, nil
}
