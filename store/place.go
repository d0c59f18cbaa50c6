package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Place is an instance's place in the queue of a lock that processes name. Whoever is first in the
// queues of all names that its step takes holds them together.
type Place struct {
	Position    int64      `db:"position"`
	Pack        string     `db:"pack"`
	Name        string     `db:"name"`
	Instance    uuid.UUID  `db:"instance"`
	Wait        int64      `db:"wait"`
	Step        string     `db:"step"`
	Asked       time.Time  `db:"asked"`
	Granted     *time.Time `db:"granted"` // nil: it waits
	Process     string     `db:"process"`
	BusinessKey *string    `db:"business_key"`
}

// PlaceLock is held by whoever changes the queue of a lock.
func PlaceLock(tenant, pack, name string) Lock {
	return Lock{Hash: LockOf(tenant, "lock", pack, name)}
}

// Enqueue queues the place p, its Name and Position left out, in the queue of each name. Their PlaceLocks must be held, all of them: then any
// two requests stand in the same order in every queue that they share, and never wait for each other.
func Enqueue(q Queue, p Place, names []string) {
	q.Queue(`insert into lock_places (pack, name, instance, wait, step) select $1, n, $3, $4, $5 from unnest($2::text[]) n
		on conflict (instance, wait, name) do nothing`, p.Pack, names, p.Instance, p.Wait, p.Step)
}

// Dequeue queues that the wait gives up its places, held or not. Their PlaceLocks must be held.
func Dequeue(q Queue, instance uuid.UUID, wait int64) {
	q.Queue(`delete from lock_places where instance = $1 and wait = $2`, instance, wait)
}

// PlaceNames lists the names that a wait holds or waits for.
func PlaceNames(ctx context.Context, db DB, instance uuid.UUID, wait int64) ([]string, error) {
	rows, err := db.Query(ctx, `select name from lock_places where instance = $1 and wait = $2 order by name`, instance, wait)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

const (
	// Two who free locks that a third one waits for together must see each other's work: the rows of
	// whoever is next are locked before it is looked at whether it is first everywhere.
	lockHeads = `select from lock_places where (instance, wait) in (
			select instance, wait from (select distinct on (name) instance, wait, granted from lock_places
				where pack = $1 and name = any($2::text[]) order by name, position) head where granted is null)
		order by position for update`
	grantHeads = `with head as (
			select distinct on (name) instance, wait, granted from lock_places
			where pack = $1 and name = any($2::text[]) order by name, position),
		next as (
			select distinct instance, wait from head h where granted is null and not exists (
				select from lock_places mine join lock_places before
					on before.pack = mine.pack and before.name = mine.name and before.position < mine.position
				where mine.instance = h.instance and mine.wait = h.wait)),
		told as (
			update lock_places p set granted = clock_timestamp() from next where p.instance = next.instance and p.wait = next.wait)
		insert into inbox (id, instance, kind, body)
		select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
			|| substr(replace(gen_random_uuid()::text, '-', ''), 13))::uuid, instance, 'acquired', jsonb_build_object('wait', wait) from next
		returning instance, id as inbox`
)

// LockHeads queues the lock of the places of whoever is next, which Grant needs. The PlaceLocks of the
// names must be held.
func LockHeads(q Queue, pack string, names []string) { q.Queue(lockHeads, pack, names) }

// Grant queues, after LockHeads, that whoever is first now in each queue of its step is told so by its
// inbox. *told gets the rows.
func Grant(b *Reads, pack string, names []string, told *[]Waiter) {
	b.Queue(grantHeads, pack, names).Query(func(rows pgx.Rows) error {
		more, err := pgx.CollectRows(rows, pgx.RowToStructByName[Waiter])
		*told = append(*told, more...)
		return err
	})
}

// PlaceFilter picks places; "" is any. After is the position of the last row seen.
type PlaceFilter struct {
	Name     string
	Instance uuid.UUID // uuid.Nil: any
	After    int64
	Limit    int
}

// Places lists who holds locks and who waits for them, in the order in which they asked.
func Places(ctx context.Context, db DB, f PlaceFilter) ([]Place, error) {
	rows, err := db.Query(ctx, `
		select p.position, p.pack, p.name, p.instance, p.wait, p.step, p.asked, p.granted, i.process, i.business_key
		from lock_places p join instances i on i.id = p.instance
		where p.position > $1 and ($2 = '' or p.name = $2)
		  and ($3 = '00000000-0000-0000-0000-000000000000'::uuid or p.instance = $3)
		order by p.position limit $4`, f.After, f.Name, f.Instance, f.Limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Place])
}

// deadPlaces and untoldHeads are what MendLocks mends.
const (
	deadPlaces = `select p.pack, p.name, p.instance, p.wait, p.asked from lock_places p join instances i on i.id = p.instance
		where i.status = 'ended'`
	untoldHeads = `select p.pack, p.name, p.instance, p.wait, p.asked from lock_places p
		where p.granted is null and not exists (
			select from lock_places mine join lock_places before
				on before.pack = mine.pack and before.name = mine.name and before.position < mine.position
			where mine.instance = p.instance and mine.wait = p.wait)`
)

// MendLocks frees locks whose holder has ended, and tells whoever is first in its queues and was never
// told. It returns whom it told.
func MendLocks(ctx context.Context, tx pgx.Tx, tenant uuid.UUID) ([]Waiter, error) {
	type ill struct {
		Pack     string
		Name     string
		Instance uuid.UUID
		Wait     int64
		Asked    time.Time
	}
	rows, err := tx.Query(ctx, deadPlaces+` union `+untoldHeads)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ill])
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var locks []Lock
	var packs, all []string
	names := map[string][]string{}
	for _, f := range found {
		packs, all = append(packs, f.Pack), append(all, f.Name)
		locks = append(locks, PlaceLock(tenant.String(), f.Pack, f.Name))
		names[f.Pack] = append(names[f.Pack], f.Name)
	}
	var w Writes
	TakeLocks(&w, locks)
	w.Queue(`delete from lock_places p using instances i where i.id = p.instance and i.status = 'ended'
		and (p.pack, p.name) in (select * from unnest($1::text[], $2::text[]))`, packs, all)
	var told []Waiter
	for _, pack := range slices.Sorted(maps.Keys(names)) {
		LockHeads(&w, pack, names[pack])
		Grant(&w.batch, pack, names[pack], &told)
	}
	err = w.Send(ctx, tx)
	return told, err
}
