package store

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Revision names a deployed pack.
type Revision struct {
	Pack   string `db:"pack"`
	Number int    `db:"number"`
	Hash   string `db:"hash"`
}

const latestRevision = `select pack, number, hash from revisions where pack = $1 order by number desc limit 1`

// LatestRevision returns the newest revision of a pack, or ErrNotFound.
func LatestRevision(ctx context.Context, db DB, pack string) (Revision, error) {
	rows, err := db.Query(ctx, latestRevision, pack)
	if err != nil {
		return Revision{}, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Revision]))
}

// LatestRevisions lists the newest revision of every pack, by name.
func LatestRevisions(ctx context.Context, db DB) ([]Revision, error) {
	rows, err := db.Query(ctx, `select distinct on (pack) pack, number, hash from revisions order by pack, number desc`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Revision])
}

// RevisionHash returns the content hash of a revision, or ErrNotFound.
func RevisionHash(ctx context.Context, db DB, pack string, number int) (string, error) {
	var hash string
	err := db.QueryRow(ctx, `select hash from revisions where pack = $1 and number = $2`, pack, number).Scan(&hash)
	return one(hash, err)
}

// RevisionFiles returns a revision's files as the archive that AddRevision was given, or ErrNotFound.
func RevisionFiles(ctx context.Context, db DB, pack string, number int) ([]byte, error) {
	var archive []byte
	err := db.QueryRow(ctx, `select files from revisions where pack = $1 and number = $2`, pack, number).Scan(&archive)
	return one(archive, err)
}

// Author is who made a revision, and who approved it; ApprovedBy is "" where nobody had to.
type Author struct{ By, ApprovedBy string }

// AddRevision stores the archive of a pack's files as its next revision and returns that with its number;
// r names the pack and the hash. Where the newest revision has the same hash it is returned, with false.
func AddRevision(ctx context.Context, db DB, r Revision, who Author, archive []byte) (Revision, bool, error) {
	if err := LockDeploys(ctx, db, r.Pack); err != nil {
		return Revision{}, false, err
	}
	latest, err := LatestRevision(ctx, db, r.Pack)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Revision{}, false, err
	}
	if latest.Hash == r.Hash {
		return latest, false, nil
	}
	r.Number = latest.Number + 1
	_, err = db.Exec(ctx, `insert into revisions (pack, number, hash, files, by, approved_by) values ($1, $2, $3, $4, $5, $6)`,
		r.Pack, r.Number, r.Hash, archive, who.By, who.ApprovedBy)
	return r, err == nil, err
}

// Tenants lists all tenants.
func (s *Store) Tenants(ctx context.Context) ([]uuid.UUID, error) {
	var all []uuid.UUID
	err := s.Across(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select id from tenants order by id`)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	return all, err
}

// AddTenant makes the tenant unless one of that name is there, and returns its id. It needs a
// transaction of no tenant.
func AddTenant(ctx context.Context, db DB, name string) (uuid.UUID, error) {
	if _, err := db.Exec(ctx, `insert into tenants (id, name) values ($1, $2) on conflict (name) do nothing`, NewID(), name); err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	err := db.QueryRow(ctx, `select id from tenants where name = $1`, name).Scan(&id)
	return one(id, err)
}
