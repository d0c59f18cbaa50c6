package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Schedule starts instances of a process by the clock. Cron is read in Zone.
type Schedule struct {
	ID       string `db:"id"` // pack/process/number
	Pack     string `db:"pack"`
	Process  string `db:"process"`
	Revision int    `db:"revision"`
	Cron     string `db:"cron"`
	Zone     string `db:"zone"`
	Removed  bool   `db:"removed"`
}

const scheduleColumns = `id, pack, process, revision, cron, zone, removed is not null as removed`

// Schedules lists the schedules, removed ones too.
func Schedules(ctx context.Context, db DB) ([]Schedule, error) {
	rows, err := db.Query(ctx, `select `+scheduleColumns+` from schedules order by id`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Schedule])
}

// ReadSchedule returns the schedule or ErrNotFound.
func ReadSchedule(ctx context.Context, db DB, id string) (Schedule, error) {
	rows, err := db.Query(ctx, `select `+scheduleColumns+` from schedules where id = $1`, id)
	if err != nil {
		return Schedule{}, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Schedule]))
}

// ReplaceSchedules makes wanted the schedules of a pack: others of it are marked removed.
func ReplaceSchedules(ctx context.Context, db DB, pack string, wanted []Schedule) error {
	if _, err := db.Exec(ctx, `update schedules set removed = clock_timestamp() where pack = $1 and removed is null`, pack); err != nil {
		return err
	}
	for _, s := range wanted {
		_, err := db.Exec(ctx, `insert into schedules (id, pack, process, revision, cron, zone) values ($1, $2, $3, $4, $5, $6)
			on conflict (tenant, id) do update set pack = excluded.pack, process = excluded.process,
				revision = excluded.revision, cron = excluded.cron, zone = excluded.zone, removed = null`,
			s.ID, pack, s.Process, s.Revision, s.Cron, s.Zone)
		if err != nil {
			return err
		}
	}
	return nil
}
