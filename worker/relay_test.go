package worker

import (
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/engine"
	"waybill/internal/postgrestest"
	"waybill/store"
)

func TestAnEndThatCannotBeReadKeepsNoOtherFromBeingReported(t *testing.T) {
	s, err := store.Open(t.Context(), postgrestest.New(t, store.Migrate))
	require.NoError(t, err)
	t.Cleanup(s.Close)
	var tenant uuid.UUID
	require.NoError(t, s.Across(t.Context(), func(tx pgx.Tx) (err error) {
		tenant, err = store.AddTenant(t.Context(), tx, "acme")
		return err
	}))
	whole, err := json.Marshal(engine.State{Format: engine.Format, End: &engine.End{Outcome: "done"}})
	require.NoError(t, err)
	var parents []uuid.UUID
	require.NoError(t, s.InTenant(t.Context(), tenant, func(tx pgx.Tx) error {
		_, _, err := store.AddRevision(t.Context(), tx, store.Revision{Pack: "bikes", Hash: "sha256:1"}, store.Author{By: "li.wei"}, []byte("archive"))
		for _, state := range [][]byte{[]byte("damaged"), whole} {
			parent, wait := store.NewID(), int64(3)
			child := store.ChildID(parent, wait)
			var w store.Writes
			store.InsertInstance(&w, store.Instance{ID: parent, Pack: "bikes", Process: "order", Revision: 1})
			store.InsertInstance(&w, store.Instance{ID: child, Pack: "bikes", Process: "part", Revision: 1, Parent: &parent, ParentWait: &wait})
			store.InsertChild(&w, parent, wait, child, "run", store.Attached)
			w.Queue(`update instances set status = 'ended', outcome = 'done', ended = now(), state = $2, format = 1 where id = $1`, child, store.Pack(state))
			if err := w.Send(t.Context(), tx); err != nil {
				return err
			}
			parents = append(parents, parent)
		}
		return err
	}))

	r := newRelay(Options{Store: s, Log: slog.New(slog.DiscardHandler)})
	require.Error(t, r.heal(t.Context(), tenant))
	require.NoError(t, s.InTenant(t.Context(), tenant, func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), `select instance from inbox where kind = 'child_ended'`)
		require.NoError(t, err)
		told, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		require.Equal(t, parents[1:], told)
		return err
	}))
}
