package worker

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"waybill/activities"
	"waybill/workflows"
)

// firstTurn is how long a new instance is given to take its first turn in this process before it is poked:
// its workflow may have gone to another one. A turn takes milliseconds; a crowd of starts, a few hundred.
const firstTurn = 500 * time.Millisecond

// Poke tells an instance that its inbox has something, and returns when a turn that began after that is
// over. A new instance begins in this process if it has room. Its error says nothing about the inbox row,
// which may have been taken: only the row does.
func (w *Worker) Poke(ctx context.Context, tenant uuid.UUID, r activities.Receipt) error {
	// Temporal would not ask which version of the worker the instance is to begin with.
	if r.New && !w.versioned {
		begun, err := w.begin(ctx, tenant, r)
		if begun || err != nil {
			return err
		}
	}
	return workflows.Poke(ctx, w.client, tenant, r.Instance, r.Inbox)
}

// begin starts the workflow of a new instance and tells whether its first turn was taken here.
func (w *Worker) begin(ctx context.Context, tenant uuid.UUID, r activities.Receipt) (bool, error) {
	turn := w.waiting.add(r.Inbox)
	defer w.waiting.remove(r.Inbox)
	if err := workflows.Begin(ctx, w.client, tenant, r.Instance); err != nil {
		return false, err
	}
	patience := time.NewTimer(firstTurn)
	defer patience.Stop()
	select {
	case <-turn:
		return true, nil
	case <-patience.C:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// waiting are those who wait for a turn of this process to take an inbox row. The zero value is ready.
type waiting struct{ rows sync.Map } // of channels, by the row

func (w *waiting) add(inbox uuid.UUID) <-chan struct{} {
	turn := make(chan struct{})
	w.rows.Store(inbox, turn)
	return turn
}

func (w *waiting) remove(inbox uuid.UUID) { w.rows.Delete(inbox) }

// taken tells whoever waits for the row.
func (w *waiting) taken(inbox uuid.UUID) {
	if turn, found := w.rows.LoadAndDelete(inbox); found {
		close(turn.(chan struct{}))
	}
}
