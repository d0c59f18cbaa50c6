package activities_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/engine"
	"waybill/store"
)

// setState replaces the stored state of an instance.
func (b *bench) setState(instance uuid.UUID, state []byte) {
	b.Helper()
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update instances set state = $2 where id = $1`, instance, state)
		return err
	})
}

// put writes rows into the inbox of an instance.
func (b *bench) put(rows ...store.InboxRow) {
	b.Helper()
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		var w store.Writes
		for _, r := range rows {
			r.ID = store.NewID()
			store.InsertInbox(&w, r)
		}
		return w.Send(ctx, tx)
	})
}

// facts lists what the history of an instance tells, and of whom.
func (b *bench) facts(instance uuid.UUID) []string {
	b.Helper()
	var told []string
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		entries, err := store.History(ctx, tx, instance, 0, 1000)
		for _, e := range entries {
			told = append(told, strings.TrimSpace(e.What+" "+e.By))
		}
		return err
	})
	return told
}

func TestTheHistoryTellsThatAnInstanceHaltedAndWhoLetItRunAgain(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	whole, before := b.row(id).State, len(b.facts(id))
	b.setState(id, store.Pack([]byte(`{"format": 1, "nodes": "damaged"}`)))
	b.put(store.InboxRow{Instance: id, Kind: store.ArrivalClaim, Body: []byte(`{"wait": 3}`), By: "li.wei"})
	require.True(t, b.turn(id).Halted)
	b.operate(id, engine.Retry{})
	require.True(t, b.turn(id).Halted, "it stood still already")
	b.setState(id, whole)
	b.operate(id, engine.Retry{})
	b.settle(id)
	require.Equal(t, []string{"incident.raised", "incident.retried li.wei"}, b.facts(id)[before:before+2])
	b.whole(id)
}

func TestAnOperatorIsHeardBehindAnyNumberOfRowsThatAHaltedInstanceDidNotRead(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	whole := b.row(id).State
	b.setState(id, store.Pack([]byte(`{"format": 1, "nodes": "damaged"}`)))
	claim := store.InboxRow{Instance: id, Kind: store.ArrivalClaim, Body: []byte(`{"wait": 3}`), By: "li.wei"}
	b.put(claim)
	require.True(t, b.turn(id).Halted)
	rows := make([]store.InboxRow, 120)
	for i := range rows {
		rows[i] = claim
	}
	b.put(rows...)
	b.setState(id, whole)
	r := b.operate(id, engine.Retry{})
	require.False(t, b.settle(id).Halted)
	require.Equal(t, store.Accepted, b.verdict(r.Inbox).Verdict)
	require.Zero(t, query[int](b, `select count(*) from inbox where consumed_turn is null`))
}
