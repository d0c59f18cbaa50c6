package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"waybill/activities"
	"waybill/store"
)

// Taken says what became of a request that changes something.
type Taken struct {
	Instance uuid.UUID `json:"instance,omitzero" format:"uuid" doc:"The instance concerned."`
	Inbox    uuid.UUID `json:"inbox" format:"uuid" doc:"Where the request is committed; GET /api/v1/inbox/{id} tells what became of it."`
	State    string    `json:"state" enum:"accepted,pending,foreseen" doc:"Whether a turn has taken it. Pending is no failure: it will be taken. Foreseen: it was only looked at."`
	Repeated bool      `json:"repeated,omitempty" doc:"The same request was taken before, under the same Idempotency-Key."`
}

// takenAnswer is the answer to a request that changes something.
type takenAnswer struct {
	Status int
	Body   Taken
}

// decided waits for the turn that takes an inbox row and answers from the row: the poke's own answer
// is never the truth.
func (s *server) decided(ctx context.Context, tenant uuid.UUID, r activities.Receipt, done int) (*takenAnswer, error) {
	patient, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	if err := s.poker.Poke(patient, tenant, r); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		s.log.WarnContext(ctx, "poke", "instance", r.Instance, "error", err)
	}
	verdict, err := s.host.Verdict(ctx, tenant, r.Inbox)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	return answerTo(r, verdict, done)
}

func answerTo(r activities.Receipt, verdict store.Verdict, done int) (*takenAnswer, error) {
	answer := &takenAnswer{Status: done, Body: Taken{Instance: r.Instance, Inbox: r.Inbox, State: "accepted", Repeated: r.Repeated}}
	switch verdict.Verdict {
	case store.Refused:
		return nil, refused(verdict.Code, verdict.Text, "")
	case store.Accepted:
		return answer, nil
	}
	answer.Status, answer.Body.State = http.StatusAccepted, "pending"
	return answer, nil
}
