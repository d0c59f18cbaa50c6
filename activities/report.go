package activities

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/engine"
	"waybill/store"
)

// ReportAgain writes into an instance's inbox the ends of sub-processes that it waits for and that it has
// not heard of, as where its row was restored and theirs were not. A poke has to follow.
func ReportAgain(ctx context.Context, tx pgx.Tx, parent uuid.UUID) error {
	lost, err := store.Unreported(ctx, tx, parent)
	if err != nil {
		return err
	}
	for i := range lost {
		text, err := store.Unpack(lost[i].State)
		if err != nil {
			return fmt.Errorf("sub-process %s: %w", lost[i].ID, err)
		}
		state, err := engine.DecodeState(text)
		if err != nil {
			return fmt.Errorf("sub-process %s: %w", lost[i].ID, err)
		}
		if state.End == nil || lost[i].ParentWait == nil {
			continue
		}
		arrival, err := arrivalOf(store.InboxRow{ID: store.NewID(), Instance: parent, Kind: store.ArrivalChildEnded},
			childEndedBody(engine.ChildEnded{
				Wait: engine.NodeID(*lost[i].ParentWait), Outcome: state.End.Outcome, Data: state.Data(),
				Error: state.End.Error, Undone: state.End.Undone,
			}))
		if err != nil {
			return err
		}
		var w store.Writes
		store.InsertInbox(&w, arrival)
		store.ReportChild(&w, parent, *lost[i].ParentWait, *lost[i].Ended)
		if err := w.Send(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
