package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/activity"
	"golang.org/x/sync/errgroup"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// CallInput names an attempt at a remote call that a turn requested; Attempt 0 is the one there is.
type CallInput struct {
	Tenant   uuid.UUID
	Instance uuid.UUID
	Wait     int64
	Attempt  int
}

// CallTimeout is how long a remote action may take whose step does not say.
const CallTimeout = time.Minute

const (
	// lease is how long a call belongs to whoever claimed it without a sign of life.
	lease     = 15 * time.Second
	heartbeat = 5 * time.Second
	// answerWithin is how long the writing of an answer may take once the call itself is over.
	answerWithin = 10 * time.Second
)

var errTimeout = errors.New("timeout")

// Call claims a remote call, runs it and writes its answer into its row and the instance's inbox. A
// call that is answered already, or was replaced by a later attempt, is left alone. One that was
// withdrawn after somebody had begun it is made again: with the same key, that tells whether it took
// effect and has to be undone. Its error is a *Fault: calling again is right.
func (h *Host) Call(ctx context.Context, in CallInput) error {
	if err := h.remote(ctx, in); err != nil {
		return h.fault(ctx, TurnInput{Tenant: in.Tenant, Instance: in.Instance}, err)
	}
	return nil
}

func (h *Host) remote(ctx context.Context, in CallInput) error {
	row, call, err := h.claim(ctx, in)
	if err != nil || row == nil {
		return err
	}
	if row.Cancelled != nil && row.Claims == 1 {
		// Nobody ever made the call, and nobody wants it any more.
		never := engine.Failed{Wait: call.Wait, Code: string(CodeCancelled), Text: "withdrawn before it was made"}
		return h.writeAnswer(ctx, in, row, never)
	}
	var answer engine.Body
	running, finish := context.WithCancel(ctx)
	var group errgroup.Group
	group.Go(func() error {
		defer finish()
		answer = h.runRemote(running, row, call)
		return nil
	})
	group.Go(func() error {
		h.holdLease(running, in, row)
		return nil
	})
	_ = group.Wait() // neither of the two gives an error
	if stopping(ctx) {
		return fmt.Errorf("worker stops: %w", context.Canceled) // another worker calls again
	}
	h.options.At(DuringCall)
	return h.writeAnswer(context.WithoutCancel(ctx), in, row, answer)
}

// claim takes the call. A nil row without an error: there is nothing left to do.
func (h *Host) claim(ctx context.Context, in CallInput) (*store.Call, catalogue.Call, error) {
	var row *store.Call
	var call catalogue.Call
	err := h.store.InTenant(ctx, in.Tenant, func(tx pgx.Tx) (err error) {
		row, err = store.ClaimCall(ctx, tx, in.Instance, in.Wait, in.Attempt, lease)
		if errors.Is(err, store.ErrNotFound) {
			row = nil
			open, err := store.CallOpen(ctx, tx, in.Instance, in.Wait, in.Attempt)
			if err == nil && open {
				err = fmt.Errorf("call: %w: its lease is held", errBroken)
			}
			return err
		}
		if err != nil {
			return err
		}
		call, err = h.remoteCall(ctx, tx, in, row)
		return err
	})
	return row, call, err
}

func (h *Host) remoteCall(ctx context.Context, tx pgx.Tx, in CallInput, row *store.Call) (catalogue.Call, error) {
	instance, err := store.ReadInstance(ctx, tx, in.Instance)
	if err != nil {
		return catalogue.Call{}, err
	}
	d, err := h.Definition(ctx, tx, in.Tenant, instance)
	if err != nil {
		return catalogue.Call{}, err
	}
	settings, err := h.settings(ctx, tx, d.Pack)
	return catalogue.Call{
		Tenant: in.Tenant, Instance: in.Instance, Wait: engine.NodeID(in.Wait), Key: row.Key, At: now(), By: row.By,
		Currency: d.Pack.Currency, Calendar: d.Pack.Calendar, Settings: settings,
	}, err
}

// runRemote runs the action and returns its answer, whatever happens.
func (h *Host) runRemote(ctx context.Context, row *store.Call, call catalogue.Call) engine.Body {
	limit := row.Timeout
	if limit <= 0 {
		limit = CallTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer cancel()
	var result map[string]any
	err := safely(func() error {
		decoded, err := value.Decode(row.Request)
		if err != nil {
			return err
		}
		input, _ := decoded.(map[string]any)
		result, err = h.catalogue.Run(ctx, nil, call, row.Action, input)
		return err
	})
	if refused, isRefused := catalogue.Refused(err); err == nil || isRefused {
		answer := engine.Answered{Wait: call.Wait, Result: result, Error: refused}
		path, unstorable := withNUL(answerBody(answer), "answer")
		if !unstorable {
			return answer
		}
		// It could not be written, and would be asked for without end.
		err = fmt.Errorf("%s: text with the character U+0000", path)
	}
	code := CodeAction
	switch {
	case errors.Is(context.Cause(ctx), errTimeout):
		code = CodeTimeout
	case ctx.Err() != nil:
		code = CodeCancelled
	case errors.Is(err, errPanic):
		code = CodePanic
	}
	return engine.Failed{Wait: call.Wait, Code: string(code), Text: store.Storable(err.Error())}
}

// holdLease keeps the call claimed, and hears from Temporal whether it is cancelled, until ctx ends.
func (h *Host) holdLease(ctx context.Context, in CallInput, row *store.Call) {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if activity.IsActivity(ctx) {
				activity.RecordHeartbeat(ctx)
			}
			err := h.store.InTenant(ctx, in.Tenant, func(tx pgx.Tx) error { return store.ExtendLease(ctx, tx, row, lease) })
			if err != nil && ctx.Err() == nil {
				// A lost lease does no harm: the key makes a second call the same, and one answer counts.
				h.options.Log.WarnContext(ctx, "lease", "instance", in.Instance, "cause", err)
			}
		}
	}
}

// stopping tells whether ctx ended because the worker stops, not because the call is cancelled.
func stopping(ctx context.Context) bool {
	if !activity.IsActivity(ctx) {
		return false
	}
	select {
	case <-activity.GetWorkerStopChannel(ctx):
		return ctx.Err() != nil
	default:
		return false
	}
}

func (h *Host) writeAnswer(ctx context.Context, in CallInput, row *store.Call, answer engine.Body) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	arrival := store.InboxRow{ID: store.NewID(), Instance: in.Instance}
	var body fields
	switch a := answer.(type) {
	case engine.Answered:
		arrival.Kind, body = store.ArrivalAnswer, answerBody(a)
	case engine.Failed:
		arrival.Kind, body = store.ArrivalFailure, failureBody(a)
	}
	arrival, err := arrivalOf(arrival, body)
	if err != nil {
		return err
	}
	return h.store.InTenant(ctx, in.Tenant, func(tx pgx.Tx) error {
		written, err := store.AnswerCall(ctx, tx, row, arrival.Body)
		if err != nil || !written {
			return err
		}
		var w store.Writes
		store.InsertInbox(&w, arrival)
		return w.Send(ctx, tx)
	})
}
