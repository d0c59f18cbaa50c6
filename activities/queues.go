package activities

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"waybill/engine"
	"waybill/store"
)

// queues is what a turn changes in the queues of locks. It is written last, like whatever else two
// instances may want at once.
type queues struct {
	asked []engine.AcquireLocks
	given []place        // places given up
	told  []store.Waiter // who holds its locks from this turn on
}

// place is what a wait holds or waits for.
type place struct {
	wait  int64
	names []string
}

// acquire asks for locks. Whether they are free is known once the turn commits; Acquired says so.
func (t *turn) acquire(c engine.AcquireLocks) {
	t.queues.asked = append(t.queues.asked, c)
}

// release gives up the locks of a wait; those that this turn asks for were never to be seen.
func (t *turn) release(ctx context.Context, wait int64) error {
	before := len(t.queues.asked)
	t.queues.asked = slices.DeleteFunc(t.queues.asked, func(c engine.AcquireLocks) bool { return int64(c.Wait) == wait })
	if len(t.queues.asked) < before {
		return nil
	}
	names, err := store.PlaceNames(ctx, t, t.row.ID, wait)
	if err != nil {
		return err
	}
	t.queues.given = append(t.queues.given, place{wait, names})
	return nil
}

// names are those whose queues change.
func (q *queues) names() []string {
	var all []string
	for _, c := range q.asked {
		all = append(all, c.Names...)
	}
	for _, p := range q.given {
		all = append(all, p.names...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (q *queues) locks(tenant, pack string) []store.Lock {
	var locks []store.Lock
	for _, name := range q.names() {
		locks = append(locks, store.PlaceLock(tenant, pack, name))
	}
	return locks
}

// write queues the changes, and that whoever is next is told.
func (q *queues) write(t *turn) {
	names, pack := q.names(), t.d.Pack.Name
	if len(names) == 0 {
		return
	}
	for _, p := range q.given {
		store.Dequeue(t, t.row.ID, p.wait)
	}
	for _, c := range q.asked {
		store.Enqueue(t, store.Place{Pack: pack, Instance: t.row.ID, Wait: int64(c.Wait), Step: c.Step}, c.Names)
	}
	store.LockHeads(t, pack, names)
	t.queueRead(func(b *pgx.Batch) { store.Grant(b, pack, names, &q.told) })
}

// toldItself tells whether the instance holds locks from this turn on; others that do are poked.
func (t *turn) toldItself() bool {
	itself := false
	for _, w := range t.queues.told {
		if w.Instance == t.row.ID {
			itself = true
		} else {
			t.poke = append(t.poke, Receipt{Instance: w.Instance, Inbox: w.Inbox})
		}
	}
	return itself
}
