package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose migrates through
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// monthsAhead is how many months of the history get their partition in advance.
const monthsAhead = 12

// ErrNewer reports that a newer release has changed the schema of the database: this one would write what that one
// does not expect.
var ErrNewer = errors.New("the database belongs to a newer release of waybill")

// Migrate brings the database at url to this release's schema and makes the history's coming
// partitions. Several processes may call it at once: one migrates, the others wait. The error wraps ErrNewer where this
// release is too old for the database; nothing is changed then.
func Migrate(ctx context.Context, url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		return fmt.Errorf("database: %w", unreachable(err))
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker),
		// Each area has a range of numbers, so that a later release adds some below those that are there.
		goose.WithAllowOutofOrder(true))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := knowsAll(ctx, db, provider); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	_, err = db.ExecContext(ctx,
		`select waybill_history_month(now() + make_interval(months => m)) from generate_series(-1, $1::int) m`, monthsAhead)
	if err != nil {
		return fmt.Errorf("migrate: partitions of the history: %w", err)
	}
	return nil
}

// knowsAll checks that every migration of the database is one of the provider's.
func knowsAll(ctx context.Context, db *sql.DB, provider *goose.Provider) error {
	var migrated bool
	if err := db.QueryRowContext(ctx, "select to_regclass($1) is not null", goose.DefaultTablename).Scan(&migrated); err != nil || !migrated {
		return err
	}
	known := []int64{0}
	for _, source := range provider.ListSources() {
		known = append(known, source.Version)
	}
	var newest sql.NullInt64
	err := db.QueryRowContext(ctx, "select max(version_id) from "+goose.DefaultTablename+" where is_applied and version_id <> all ($1)", known).Scan(&newest)
	if err != nil || !newest.Valid {
		return err
	}
	return fmt.Errorf("%w: it has migration %05d; start that release, or restore the backup from before it", ErrNewer, newest.Int64)
}
