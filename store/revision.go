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

// AddRevision stores the archive of its files as the pack's next revision and returns its number. Where the newest
// revision has the same hash it is returned, with false.
func AddRevision(ctx context.Context, db DB, pack, hash, by string, archive []byte) (Revision, bool, error) {
	if _, err := db.Exec(ctx, `select pg_advisory_xact_lock($1)`, LockOf("deploy", pack)); err != nil {
		return Revision{}, false, err
	}
	latest, err := LatestRevision(ctx, db, pack)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Revision{}, false, err
	}
	if latest.Hash == hash {
		return latest, false, nil
	}
	added := Revision{Pack: pack, Number: latest.Number + 1, Hash: hash}
	_, err = db.Exec(ctx, `insert into revisions (pack, number, hash, files, by) values ($1, $2, $3, $4, $5)`,
		pack, added.Number, hash, archive, by)
	return added, err == nil, err
}

// Tenants lists all tenants. It needs a transaction of no tenant.
func Tenants(ctx context.Context, db DB) ([]uuid.UUID, error) {
	rows, err := db.Query(ctx, `select id from tenants order by id`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
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
