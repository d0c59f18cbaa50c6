package store

import (
	"bytes"
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Break is a place where a history is not what turns wrote. Seq is the first entry concerned.
type Break struct {
	Instance uuid.UUID
	Seq      int64
	What     string // edited, removed, added, without its instance
}

func (b Break) String() string { return fmt.Sprintf("%s entry %d: %s", b.Instance, b.Seq, b.What) }

const verifyPage = 1000

// Verify walks the chain of an instance and returns its first break, or nil. Entries are compared with
// their stored hashes, with the one before, and the last one with the head in the instance's row.
func Verify(ctx context.Context, db DB, instance uuid.UUID) (*Break, int64, error) {
	row, err := ReadInstance(ctx, db, instance)
	if err != nil {
		return nil, 0, err
	}
	var seq int64
	var hash []byte
	for {
		page, err := History(ctx, db, instance, seq, verifyPage)
		if err != nil {
			return nil, seq, err
		}
		for i := range page {
			e := &page[i]
			switch {
			case e.Seq != seq+1:
				return &Break{instance, seq + 1, "removed"}, seq, nil
			case e.Seq > row.HeadSeq:
				return &Break{instance, e.Seq, "added"}, seq, nil
			case !bytes.Equal(e.Hash, e.HashAfter(hash)):
				return &Break{instance, e.Seq, "edited"}, seq, nil
			}
			seq, hash = e.Seq, e.Hash
		}
		if len(page) < verifyPage {
			break
		}
	}
	switch {
	case seq < row.HeadSeq:
		return &Break{instance, seq + 1, "removed"}, seq, nil
	case !bytes.Equal(hash, row.HeadHash):
		return &Break{instance, seq, "edited"}, seq, nil
	}
	return nil, seq, nil
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
