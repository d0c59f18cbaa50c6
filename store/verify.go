package store

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Break is a place where a history is not what turns wrote. Seq is the first entry concerned.
type Break struct {
	Instance uuid.UUID
	Seq      int64
	What     string // edited, removed, added, out of order, without its instance
}

func (b Break) String() string { return fmt.Sprintf("%s entry %d: %s", b.Instance, b.Seq, b.What) }

// Head is where the chain of an instance ends, as its row says.
type Head struct {
	Instance    uuid.UUID `db:"id"`
	Process     string    `db:"process"`
	BusinessKey string    `db:"business_key"` // "": none
	Seq         int64     `db:"head_seq"`
	Hash        []byte    `db:"head_hash"`
}

// Only what a check needs, and readable whatever somebody wrote into the row.
const headColumns = `id, coalesce(process, '') as process, coalesce(business_key, '') as business_key,
	coalesce(head_seq, 0) as head_seq, head_hash`

// ReadHead returns the head of an instance or ErrNotFound.
func ReadHead(ctx context.Context, db DB, instance uuid.UUID) (Head, error) {
	rows, err := db.Query(ctx, `select `+headColumns+` from instances where id = $1`, instance)
	if err != nil {
		return Head{}, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Head]))
}

// Heads lists the heads of the instances with a business key, "" for all, newest first: those before the
// id given, uuid.Nil for the first page, at most limit.
func Heads(ctx context.Context, db DB, key string, before uuid.UUID, limit int) ([]Head, error) {
	rows, err := db.Query(ctx, `select `+headColumns+` from instances
		where ($1 = '' or business_key = $1) and ($2 = '00000000-0000-0000-0000-000000000000'::uuid or id < $2)
		order by id desc limit $3`, key, before, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Head])
}

// verifyPage is how many entries are held at once. Pages overlap by one, so at least 2.
const verifyPage = 1000

// Verify walks the chain of an instance and returns its first break, or nil, and how many entries it found
// whole. Entries are compared with their stored hashes, with the one before, and the last one with the head
// in the instance's row. db must be one snapshot, as ReadTenant is: a turn in between would look like a break.
func Verify(ctx context.Context, db DB, instance uuid.UUID) (*Break, int64, error) {
	head, err := ReadHead(ctx, db, instance)
	if err != nil {
		return nil, 0, err
	}
	c := chain{head: head}
	// No turn writes a number below 1, but somebody else may have.
	from, seen := int64(math.MinInt64), 0
	for {
		page, err := entriesFrom(ctx, db, instance, from, verifyPage)
		if err != nil {
			return nil, c.seq, err
		}
		for i := range page[min(seen, len(page)):] {
			if what, at := c.add(&page[seen+i]); what != "" {
				return &Break{instance, at, what}, c.seq, nil
			}
		}
		if len(page) < verifyPage {
			break
		}
		// The last one is read again: another one with its number would stand on neither page.
		from, seen = c.seq, 1
	}
	switch {
	case c.seq < head.Seq:
		return &Break{instance, c.seq + 1, "removed"}, c.seq, nil
	case !bytes.Equal(c.hash, head.Hash):
		return &Break{instance, c.seq, "edited"}, c.seq, nil
	}
	return nil, c.seq, nil
}

// stored is an entry as it stands in the table. Sound: all its fields hold something that a turn can write.
type stored struct {
	Entry
	Sound bool `db:"sound"`
}

// entriesFrom lists entries by their number, whatever somebody wrote into them.
func entriesFrom(ctx context.Context, db DB, instance uuid.UUID, from int64, limit int) ([]stored, error) {
	rows, err := db.Query(ctx, `select instance, seq, coalesce(turn, 0) as turn, case when isfinite(at) then at else 'epoch' end as at,
			coalesce(by, '') as by, coalesce(on_behalf, '') as on_behalf, coalesce(step, '') as step, coalesce(wait, 0) as wait,
			coalesce(what, '') as what, coalesce(data::text, '') as data, hash,
			num_nulls(turn, at, by, on_behalf, step, wait, what, data, hash) = 0 and isfinite(at) as sound
		from history where instance = $1 and seq >= $2 order by seq limit $3`, instance, from, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[stored])
}

// chain is how far a walk along the entries has come.
type chain struct {
	head Head
	seq  int64
	hash []byte
	turn int64
	at   time.Time
}

// add takes the next entry, or says what is wrong, and with which.
func (c *chain) add(e *stored) (what string, seq int64) {
	switch {
	case e.Seq <= c.seq:
		return "added", e.Seq
	case e.Seq != c.seq+1:
		return "removed", c.seq + 1
	case e.Seq > c.head.Seq:
		return "added", e.Seq
	case !e.Sound || !bytes.Equal(e.Hash, e.HashAfter(c.hash)):
		return "edited", e.Seq
	case c.seq > 0 && (e.Turn < c.turn || e.At.Before(c.at)):
		return "out of order", e.Seq // the clock of a turn is later than that of the one before, whatever the machine's says
	}
	c.seq, c.hash, c.turn, c.at = e.Seq, e.Hash, e.Turn, e.At
	return "", 0
}

// Orphans lists histories whose instance is not there any more, after the id given, at most limit.
func Orphans(ctx context.Context, db DB, after uuid.UUID, limit int) ([]Break, error) {
	rows, err := db.Query(ctx, `select h.instance, min(h.seq), 'without its instance' from history h
		where h.instance > $1 and not exists (select from instances i where i.id = h.instance)
		group by h.instance order by h.instance limit $2`, after, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Break])
}
