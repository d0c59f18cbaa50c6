package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

const day = 24 * time.Hour

// past is a bench whose rows are of another time.
type past struct {
	*bench
	*testing.T
}

// arrived adds an inbox row of that age.
func (p past) arrived(age time.Duration, instance uuid.UUID, taken bool) uuid.UUID {
	id := store.DerivedID(time.Now().Add(-age), uuid.NewString())
	require.NoError(p, p.write(p.T, func(q store.Queue) {
		store.InsertInbox(q, store.InboxRow{ID: id, Instance: instance, Kind: store.ArrivalPause})
		q.Queue(`update inbox set recorded = clock_timestamp() - $2::interval where id = $1`, id, age)
		if taken {
			store.Consume(q, 1, []uuid.UUID{id}, []store.Verdict{{Verdict: store.Accepted}})
		}
	}))
	return id
}

// message adds one of that age that went to the inbox row; uuid.Nil: nobody took it.
func (p past) message(id string, age time.Duration, instance, inbox uuid.UUID) {
	require.NoError(p, p.in(p.T, func(ctx context.Context, tx pgx.Tx) error {
		till := time.Now().Add(-age)
		if _, err := store.InsertMessage(ctx, tx, store.Message{ID: id, Name: "goods", KeepTill: &till}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update messages set recorded = clock_timestamp() - $2::interval,
			instance = nullif($3, '00000000-0000-0000-0000-000000000000'::uuid),
			inbox = nullif($4, '00000000-0000-0000-0000-000000000000'::uuid),
			unclaimed = case when $4 = '00000000-0000-0000-0000-000000000000'::uuid then clock_timestamp() - $2::interval end
			where id = $1`, id, age, instance, inbox)
		return err
	}))
}

func (p past) purge(r store.Retention, limit int) int {
	var most int
	require.NoError(p, p.in(p.T, func(ctx context.Context, tx pgx.Tx) (err error) {
		most, err = store.Purge(ctx, tx, r, limit)
		return err
	}))
	return most
}

func (p past) left(sql string) []string {
	var left []string
	require.NoError(p, p.in(p.T, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql)
		if err != nil {
			return err
		}
		left, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}))
	return left
}

func TestWhatIsOverIsDeletedAndWhatIsUnreadOrRememberedStays(t *testing.T) {
	p := past{newBench(t), t}
	open, ended := p.instance(t, ""), p.instance(t, "")
	require.NoError(t, p.write(t, func(q store.Queue) {
		q.Queue(`update instances set status = 'ended', outcome = 'done', ended = now() where id = $1`, ended)
	}))
	unread := p.arrived(40*day, open, false)
	recent := p.arrived(29*day, open, true)
	p.arrived(31*day, open, true)
	keyed, delivered, givenBack := p.arrived(40*day, open, true), p.arrived(40*day, ended, true), p.arrived(40*day, open, true)
	require.NoError(t, p.write(t, func(q store.Queue) {
		store.InsertKey(q, "new", []byte("request"), keyed)
		store.InsertKey(q, "unread", []byte("request"), unread)
		store.InsertKey(q, "old", []byte("request"), p.arrived(40*day, open, true))
		q.Queue(`update idempotency_keys set recorded = clock_timestamp() - interval '40 days' where key <> 'new'`)
	}))
	p.message("taken long ago", 40*day, ended, delivered)
	p.message("may be given back", 40*day, open, givenBack)
	p.message("reported long ago", 40*day, uuid.Nil, uuid.Nil)
	p.message("reported just now", day, uuid.Nil, uuid.Nil)

	require.Zero(t, p.purge(store.Retention{}, 100), "for ever")
	require.Equal(t, 3, p.purge(store.Retention{Requests: 30 * day}, 100), "three rows of the inbox")
	require.Equal(t, []string{"new", "unread"}, p.left(`select key from idempotency_keys order by key`))
	require.Equal(t, []string{"may be given back", "reported just now"}, p.left(`select id from messages order by id`))
	require.ElementsMatch(t, []string{unread.String(), recent.String(), keyed.String(), givenBack.String()}, p.left(`select id::text from inbox`))
}

func TestOldRowsAreDeletedInBatches(t *testing.T) {
	p := past{newBench(t), t}
	instance := p.instance(t, "")
	for range 5 {
		p.arrived(40*day, instance, true)
	}
	keep := store.Retention{Requests: 30 * day}
	require.Equal(t, []int{2, 2, 1, 0}, []int{p.purge(keep, 2), p.purge(keep, 2), p.purge(keep, 2), p.purge(keep, 2)})
}

func TestAnEventStaysUntilAllThatFollowHaveReadIt(t *testing.T) {
	p := past{newBench(t), t}
	for _, topic := range []string{"first", "second"} {
		require.NoError(t, p.write(t, func(q store.Queue) {
			q.Queue(`insert into outbox (topic, body, recorded) values ($1, '{}', clock_timestamp() - interval '40 days')`, topic)
		}))
	}
	keep := store.Retention{Events: 30 * day}
	require.Zero(t, p.purge(keep, 100), "nobody follows")

	// What follows comes no further than the oldest transaction that is open on the server, whoever's it is.
	follow := func(reader string, events int) {
		read := 0
		require.Eventually(t, func() bool {
			require.NoError(t, p.in(t, func(ctx context.Context, tx pgx.Tx) error {
				batch, err := store.Follow(ctx, tx, reader, events-read)
				if err != nil || len(batch) == 0 {
					return err
				}
				read += len(batch)
				return store.Followed(ctx, tx, reader, batch[len(batch)-1])
			}))
			return read == events
		}, time.Minute, 10*time.Millisecond)
	}
	follow("relay", 2)
	follow("feed", 1)
	require.Equal(t, 1, p.purge(keep, 100))
	require.Equal(t, []string{"second"}, p.left(`select topic from outbox`), "the feed has not read it")
	follow("feed", 1)
	require.Equal(t, 1, p.purge(keep, 100))
}
