package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Arrival is the kind of what stands in an inbox.
type Arrival string

// The arrivals.
const (
	ArrivalStart      Arrival = "start"
	ArrivalClaim      Arrival = "claim"
	ArrivalRelease    Arrival = "release"
	ArrivalComplete   Arrival = "complete"
	ArrivalMessage    Arrival = "message"
	ArrivalAnswer     Arrival = "answer"
	ArrivalFailure    Arrival = "failure"
	ArrivalChildEnded Arrival = "child_ended"
	ArrivalAcquired   Arrival = "acquired"
	ArrivalRetry      Arrival = "retry"
	ArrivalSkip       Arrival = "skip"
	ArrivalChange     Arrival = "change"
	ArrivalPause      Arrival = "pause"
	ArrivalResume     Arrival = "resume"
	ArrivalCancel     Arrival = "cancel"
	ArrivalUndo       Arrival = "undo"
	ArrivalMigrate    Arrival = "migrate"
	ArrivalMove       Arrival = "move"
	ArrivalRepeat     Arrival = "repeat"
	ArrivalLeaveOut   Arrival = "leave_out"
)

// operatorActs are the kinds of arrivals that let a halted instance run again.
func operatorActs() []string {
	return []string{
		string(ArrivalRetry), string(ArrivalSkip), string(ArrivalChange), string(ArrivalPause), string(ArrivalResume), string(ArrivalCancel),
		string(ArrivalMigrate), string(ArrivalMove), string(ArrivalRepeat), string(ArrivalLeaveOut),
	}
}

// InboxRow is one thing that arrived for an instance. Body is JSON, its shape the kind's.
type InboxRow struct {
	ID       uuid.UUID `db:"id"`
	Instance uuid.UUID `db:"instance"`
	Kind     Arrival   `db:"kind"`
	Body     []byte    `db:"body"`
	By       string    `db:"by"`
	For      string    `db:"on_behalf"`
	Recorded time.Time `db:"recorded"`
}

// InsertInbox queues the row; its Recorded is the database's. An id that is there already changes nothing.
func InsertInbox(q Queue, r InboxRow) {
	q.Queue(`insert into inbox (id, instance, kind, body, by, on_behalf) values ($1, $2, $3, $4, $5, $6)
		on conflict (id) do nothing`, r.ID, r.Instance, r.Kind, jsonOr(r.Body, "{}"), r.By, r.For)
}

func jsonOr(body []byte, otherwise string) string {
	if len(body) == 0 {
		return otherwise
	}
	return string(body)
}

// ReadInbox queues the read of an instance's unread rows in their order, at most limit: of a halted
// instance those by an operator only. Sent after LockInstance in the same batch, it sees what was
// committed while the lock was waited for.
func ReadInbox(b *Reads, instance uuid.UUID, limit int, rows *[]InboxRow) {
	readAll(b, rows, `select id, instance, kind, body, by, on_behalf, recorded from inbox
		where instance = $1 and consumed_turn is null
		  and (kind = any($3) or not exists (select from instances where id = $1 and halted is not null))
		order by position limit $2`, instance, limit, operatorActs())
}

// VerdictKind is what a turn made of an inbox row.
type VerdictKind string

// The verdicts.
const (
	Accepted VerdictKind = "accepted"
	Refused  VerdictKind = "refused"
)

// Verdict is the answer to an inbox row. Turn 0: none yet.
type Verdict struct {
	Turn    int64       `db:"turn"`
	Verdict VerdictKind `db:"verdict"` // "" while unread
	Code    string      `db:"code"`    // why it was refused
	Text    string      `db:"text"`
}

// Consume queues the verdicts of one turn over its inbox rows. Accepted ones have no code.
func Consume(q Queue, turn int64, ids []uuid.UUID, verdicts []Verdict) {
	if len(ids) == 0 {
		return
	}
	kinds, codes, texts := make([]string, len(ids)), make([]*string, len(ids)), make([]*string, len(ids))
	for i := range verdicts {
		kinds[i] = string(verdicts[i].Verdict)
		if verdicts[i].Verdict == Refused {
			codes[i], texts[i] = &verdicts[i].Code, &verdicts[i].Text
		}
	}
	q.Queue(`update inbox set consumed_turn = $1, verdict = v.verdict, code = v.code, text = v.text
		from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as v (id, verdict, code, text)
		where inbox.id = v.id`, turn, ids, kinds, codes, texts)
}

// ReadVerdict queues the read of what became of an inbox row; *to stays nil where there is none.
func ReadVerdict(b *Reads, id uuid.UUID, to **Verdict) {
	read(b, to, `select coalesce(consumed_turn, 0) as turn, coalesce(verdict, '') as verdict, coalesce(code, '') as code,
		coalesce(text, '') as text from inbox where id = $1`, id)
}

// TakeKey claims an idempotency key for inbox. Where the key was used before for the same request, it
// returns the inbox row and instance of then and true; for another request, ErrKeyReused.
// InsertInbox must follow in the same transaction.
func TakeKey(ctx context.Context, db DB, key string, request []byte) (inbox, instance uuid.UUID, used bool, err error) {
	var before []byte
	// The lock makes the second of two simultaneous requests wait for the first one's commit.
	if _, err = db.Exec(ctx, `select pg_advisory_xact_lock($1)`, LockOf("idempotency", key)); err != nil {
		return inbox, instance, false, err
	}
	err = db.QueryRow(ctx, `select k.request, k.inbox, i.instance from idempotency_keys k join inbox i on i.id = k.inbox
		where k.key = $1`, key).Scan(&before, &inbox, &instance)
	if errors.Is(err, pgx.ErrNoRows) {
		return inbox, instance, false, nil
	}
	if err != nil {
		return inbox, instance, false, err
	}
	if string(before) != string(request) {
		return inbox, instance, false, fmt.Errorf("%w: %s", ErrKeyReused, key)
	}
	return inbox, instance, true, nil
}

// InsertKey queues the key that TakeKey found free.
func InsertKey(q Queue, key string, request []byte, inbox uuid.UUID) {
	q.Queue(`insert into idempotency_keys (key, request, inbox) values ($1, $2, $3)`, key, request, inbox)
}

// Waiter is an instance and the oldest unread row of its inbox.
type Waiter struct {
	Instance uuid.UUID `db:"instance"`
	Inbox    uuid.UUID `db:"inbox"`
}

// Unread lists instances whose oldest unread row is older than age, at most limit. A halted instance
// reads its inbox only when an operator's row is among it.
func Unread(ctx context.Context, db DB, age time.Duration, limit int) ([]Waiter, error) {
	rows, err := db.Query(ctx, `select r.instance, (array_agg(r.id order by r.position))[1] as inbox
		from inbox r join instances i on i.id = r.instance
		where r.consumed_turn is null and r.recorded < statement_timestamp() - $1::interval
		  and (i.halted is null or r.kind = any($3))
		group by r.instance order by min(r.position) limit $2`, age, limit, operatorActs())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Waiter])
}
