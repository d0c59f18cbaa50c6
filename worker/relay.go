package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/store"
	"waybill/workflows"
)

const (
	sweepEvery = time.Second
	// unreadFor is how long a row may be unread before the relay pokes: whoever wrote it has poked, too.
	unreadFor = 2 * time.Second
	// healEvery is how often it pokes what else stands still without a reason.
	healEvery = 30 * time.Second
	// purgeEvery is how often it deletes what is over, in batches that nobody waits for.
	purgeEvery   = time.Minute
	purgeBatch   = 500
	purgesAtOnce = 20
	// A poke waits until the instance's worker has heard of it, a start for nobody.
	pokers    = 8
	starters  = 2
	pokeQueue = 4096
	perSweep  = 500
	// pokeWithin bounds one poke: Temporal may be away, and the row is not lost.
	pokeWithin = 5 * time.Second
	// applyWithin is how long a transaction may wait for Temporal.
	applyWithin = time.Minute
	// reader is the relay's name among those who follow the outbox.
	reader = "relay"
)

// relay sees to it that whatever is committed is also acted upon: it pokes instances whose inbox stays
// unread, delivers messages that an instance gave back, and applies what the outbox asks of Temporal.
// Several may run at once.
type relay struct {
	store     *store.Store
	client    client.Client
	host      *activities.Host
	log       *slog.Logger
	pokes     *pokes
	starts    *pokes // of new instances, which must not wait behind the pokes of a crowd
	keep      store.Retention
	versioned bool
}

func newRelay(o Options) *relay {
	return &relay{
		store: o.Store, client: o.Client, log: o.Log, pokes: newPokes(pokeQueue), starts: newPokes(pokeQueue),
		keep: o.Keep, versioned: o.BuildID != "",
	}
}

// poke queues a poke. It never waits: what the queue does not hold, the next sweep finds.
func (r *relay) poke(tenant uuid.UUID, to activities.Receipt) {
	if to.New {
		r.starts.add(target{tenant, to})
		return
	}
	r.pokes.add(target{tenant, to})
}

func (r *relay) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for range pokers {
		group.Go(func() error { return r.poking(ctx, r.pokes) })
	}
	for range starters {
		group.Go(func() error { return r.poking(ctx, r.starts) })
	}
	group.Go(func() error {
		if err := r.tenants(ctx, r.resume); err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "relay", "cause", err)
		}
		r.sweeping(ctx)
		return nil
	})
	return group.Wait()
}

func (r *relay) poking(ctx context.Context, queue *pokes) error {
	for {
		t, ok := queue.next(ctx)
		if !ok {
			return nil
		}
		r.nudge(ctx, t)
	}
}

func (r *relay) nudge(ctx context.Context, t target) {
	ctx, cancel := context.WithTimeout(ctx, pokeWithin)
	defer cancel()
	var err error
	if t.New && !r.versioned { // as in Worker.Poke
		err = workflows.Begin(ctx, r.client, t.tenant, t.Instance)
	} else {
		err = workflows.Nudge(ctx, r.client, t.tenant, t.Instance, t.Inbox)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		r.log.WarnContext(ctx, "poke", "instance", t.Instance, "cause", err)
	}
}

func (r *relay) sweeping(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	heal := time.NewTicker(healEvery)
	defer heal.Stop()
	purge := time.NewTicker(purgeEvery)
	defer purge.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			err = r.tenants(ctx, r.sweep)
		case <-heal.C:
			err = r.tenants(ctx, r.heal)
		case <-purge.C:
			err = r.tenants(ctx, r.purge)
		}
		if err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "relay", "cause", err)
		}
	}
}

// tenants does something for each tenant; the failure of one does not keep it from the others.
func (r *relay) tenants(ctx context.Context, do func(context.Context, uuid.UUID) error) error {
	all, err := r.store.Tenants(ctx)
	for _, tenant := range all {
		err = errors.Join(err, do(ctx, tenant))
	}
	return err
}

func (r *relay) sweep(ctx context.Context, tenant uuid.UUID) error {
	var unread []store.Waiter
	var given []string
	err := r.store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		if unread, err = store.Unread(ctx, tx, unreadFor, perSweep); err != nil {
			return err
		}
		if given, err = store.PendingMessages(ctx, tx, perSweep); err != nil {
			return err
		}
		return reportUnclaimed(ctx, tx)
	})
	for _, w := range unread {
		r.poke(tenant, activities.Receipt{Instance: w.Instance, Inbox: w.Inbox})
	}
	for _, id := range given {
		err = errors.Join(err, r.host.Redeliver(ctx, tenant, id))
	}
	return errors.Join(err, r.follow(ctx, tenant))
}

// reportUnclaimed tells whoever follows the outbox of messages that nobody took in time.
func reportUnclaimed(ctx context.Context, tx pgx.Tx) error {
	unclaimed, err := store.ReportUnclaimed(ctx, tx, perSweep)
	if err != nil || len(unclaimed) == 0 {
		return err
	}
	var w store.Writes
	for _, m := range unclaimed {
		body, err := json.Marshal(map[string]string{"id": m.ID, "message": m.Name})
		if err != nil {
			return err
		}
		store.InsertEvent(&w, store.Event{Topic: store.TopicUnclaimed, Body: body})
	}
	return w.Send(ctx, tx)
}

// resume pokes what a process that was killed may have left in the middle: the turn is committed, but
// the poke that led to it is forgotten, and with it what was to follow.
func (r *relay) resume(ctx context.Context, tenant uuid.UUID) error {
	var interrupted []uuid.UUID
	err := r.store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		interrupted, err = store.Interrupted(ctx, tx, pokeQueue/2)
		return err
	})
	for _, id := range interrupted {
		r.poke(tenant, activities.Receipt{Instance: id, Inbox: store.NewID()})
	}
	return err
}

// heal pokes what stands still without a reason.
func (r *relay) heal(ctx context.Context, tenant uuid.UUID) error {
	var ailing []store.Ailing
	err := r.store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		ailing, err = store.Ailments(ctx, tx)
		return err
	})
	for _, a := range ailing {
		if a.Symptom == store.ChildUnhandled {
			err = errors.Join(err, r.store.InTenant(ctx, tenant, func(tx pgx.Tx) error { return activities.ReportAgain(ctx, tx, a.Instance) }))
		}
		r.poke(tenant, activities.Receipt{Instance: a.Instance, Inbox: store.NewID()})
	}
	return errors.Join(err, r.mendLocks(ctx, tenant))
}

// mendLocks tells whoever a lock belongs to by now.
func (r *relay) mendLocks(ctx context.Context, tenant uuid.UUID) error {
	var told []store.Waiter
	err := r.store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		told, err = store.MendLocks(ctx, tx, tenant)
		return err
	})
	for _, w := range told {
		r.poke(tenant, activities.Receipt{Instance: w.Instance, Inbox: w.Inbox})
	}
	return err
}

// purge deletes what is over, batch by batch; what it does not get to is left for the next time.
func (r *relay) purge(ctx context.Context, tenant uuid.UUID) error {
	for range purgesAtOnce {
		var most int
		err := r.store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
			most, err = store.Purge(ctx, tx, r.keep, purgeBatch)
			return err
		})
		if err != nil || most < purgeBatch {
			return err
		}
	}
	return nil
}

// follow does what the outbox asks for. Its place moves with the transaction, so that what was not
// done is done again.
func (r *relay) follow(ctx context.Context, tenant uuid.UUID) error {
	return r.store.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		if err := store.Linger(ctx, tx, applyWithin); err != nil {
			return err
		}
		events, err := store.Follow(ctx, tx, reader, perSweep)
		if err != nil || len(events) == 0 {
			return err
		}
		// All schedules are applied as they are now, so once is enough.
		if slices.ContainsFunc(events, func(e store.Event) bool { return e.Topic == store.TopicSchedules }) {
			if err := r.applySchedules(ctx, tx, tenant); err != nil {
				return fmt.Errorf("schedules: %w", err)
			}
		}
		return store.Followed(ctx, tx, reader, events[len(events)-1])
	})
}
