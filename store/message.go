package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Message is a row of messages. KeepTill nil: for ever. Instance nil: kept for whoever waits for it.
type Message struct {
	ID       string     `db:"id"`
	Name     string     `db:"name"`
	Key      string     `db:"key"`
	Body     []byte     `db:"body"`
	By       string     `db:"by"`
	Recorded time.Time  `db:"recorded"`
	KeepTill *time.Time `db:"keep_till"`
	Instance *uuid.UUID `db:"instance"`
	Inbox    *uuid.UUID `db:"inbox"`
	Tries    int        `db:"tries"`
	Pending  bool       `db:"pending"` // to be delivered anew
}

const messageColumns = `id, name, key, body, by, recorded, nullif(keep_till, 'infinity') as keep_till, instance, inbox, tries, pending`

// InsertMessage adds the message. Where its id is known already nothing changes and it reports false.
func InsertMessage(ctx context.Context, db DB, m Message) (bool, error) {
	tag, err := db.Exec(ctx, `insert into messages (id, name, key, body, by, keep_till) values ($1, $2, $3, $4, $5, $6::text::timestamptz)
		on conflict (tenant, id) do nothing`, m.ID, m.Name, m.Key, jsonOr(m.Body, "{}"), m.By, dueText(m.KeepTill))
	return tag.RowsAffected() == 1, err
}

// SendMessage queues a message that is to be delivered once the transaction is committed. One whose id
// is known already changes nothing.
func SendMessage(q Queue, m Message) {
	q.Queue(`insert into messages (id, name, key, body, by, keep_till, pending) values ($1, $2, $3, $4, $5, $6::text::timestamptz, true)
		on conflict (tenant, id) do nothing`, m.ID, m.Name, m.Key, jsonOr(m.Body, "{}"), m.By, dueText(m.KeepTill))
}

// ReadMessage returns the message or ErrNotFound.
func ReadMessage(ctx context.Context, db DB, id string) (*Message, error) {
	rows, err := db.Query(ctx, `select `+messageColumns+` from messages where id = $1`, id)
	if err != nil {
		return nil, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[Message]))
}

// BindMessage queues that the message went to the inbox of an instance.
func BindMessage(q Queue, id string, instance, inbox uuid.UUID) {
	q.Queue(`update messages set instance = $2, inbox = $3, tries = tries + 1, pending = false where id = $1`, id, instance, inbox)
}

// FreeMessage queues that the instance it went to did not take the message: it is to be delivered anew.
func FreeMessage(q Queue, id string) {
	q.Queue(`update messages set instance = null, inbox = null, pending = true where id = $1`, id)
}

// KeepMessage queues that the message waits for whoever listens for it later.
func KeepMessage(q Queue, id string) {
	q.Queue(`update messages set pending = false where id = $1`, id)
}

// PendingMessages lists the ids of messages to be delivered anew, at most limit.
func PendingMessages(ctx context.Context, db DB, limit int) ([]string, error) {
	rows, err := db.Query(ctx, `select id from messages where pending order by position limit $1`, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Waiting is the wait that a message goes to.
type Waiting struct {
	Instance uuid.UUID
	Wait     int64
}

// LongestWaiting returns the oldest wait for the message, or ErrNotFound. It is only certain under
// MessageLocks.
func LongestWaiting(ctx context.Context, db DB, name, key string) (Waiting, error) {
	var w Waiting
	err := db.QueryRow(ctx, `select instance, wait from subscriptions where name = $1 and key in ($2, '')
		order by position limit 1`, name, key).Scan(&w.Instance, &w.Wait)
	return one(w, err)
}

// Subscription is a wait that opened.
type Subscription struct {
	Instance uuid.UUID
	Wait     int64
	Name     string
	Key      string
	Opened   time.Time
}

// Subscribe queues the subscription. Its MessageLocks must be held.
func Subscribe(q Queue, s Subscription) {
	q.Queue(`insert into subscriptions (instance, wait, name, key, opened) values ($1, $2, $3, $4, $5)
		on conflict (instance, wait) do update set name = excluded.name, key = excluded.key`,
		s.Instance, s.Wait, s.Name, s.Key, s.Opened)
}

// Unsubscribe queues the end of a wait.
func Unsubscribe(q Queue, instance uuid.UUID, wait int64) {
	q.Queue(`delete from subscriptions where instance = $1 and wait = $2`, instance, wait)
}

// ClaimKept queues that the oldest kept message a new subscription takes goes to the instance's own
// inbox, under the id given. *claimed tells afterwards whether there was one. One that is on its way is
// for whoever waits longest, which its delivery finds out.
func ClaimKept(b *Reads, s Subscription, inbox uuid.UUID, claimed *bool) {
	b.Queue(`with taken as (
			select id, name, key, body, by from messages
			where instance is null and unclaimed is null and not pending and keep_till > clock_timestamp()
			  and name = $2 and ($3 = '' or key = $3) order by position limit 1 for update),
		arrived as (
			insert into inbox (id, instance, kind, body, by)
			select $4, $1, 'message', jsonb_build_object('id', id, 'message', name, 'key', key, 'with', body), by from taken
			returning id)
		update messages m set instance = $1, inbox = $4, tries = tries + 1, pending = false from taken, arrived where m.id = taken.id`,
		s.Instance, s.Name, s.Key, inbox).Exec(func(tag commandTag) error {
		*claimed = tag.RowsAffected() > 0
		return nil
	})
}

// ReportUnclaimed marks kept messages whose time is over and returns them: once each. One that is to be
// delivered is not over before somebody has tried.
func ReportUnclaimed(ctx context.Context, db DB, limit int) ([]Message, error) {
	rows, err := db.Query(ctx, `update messages set unclaimed = clock_timestamp() where id in (
			select id from messages where instance is null and unclaimed is null and not pending and keep_till <= statement_timestamp()
			order by position limit $1 for update skip locked)
		returning `+messageColumns, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Message])
}
