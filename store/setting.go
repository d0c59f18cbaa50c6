package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Setting is a setting changed at run time; Value is JSON.
type Setting struct {
	Name  string `db:"name"`
	Value []byte `db:"value"`
}

// settingsPack is the pack whose settings a process has: its own, where another pack uses it as pack.process.
const settingsPack = `case when position('.' in process) > 0 then split_part(process, '.', 1) else pack end`

// ReadSettings queues the read of the changed settings of the pack that an instance's process is of.
func ReadSettings(b *Reads, instance uuid.UUID, settings *[]Setting) {
	readAll(b, settings, `select name, value from settings
		where pack = (select `+settingsPack+` from instances where id = $1)`, instance)
}

const settingsOfPack = `select name, value from settings where pack = $1 order by name`

// Settings lists the changed settings of a pack.
func Settings(ctx context.Context, db DB, pack string) ([]Setting, error) {
	rows, err := db.Query(ctx, settingsOfPack, pack)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Setting])
}

// ChangeSetting sets a setting and records who changed it from what.
func ChangeSetting(ctx context.Context, db DB, pack string, s Setting, by string) error {
	// A setting that was never changed has no row to lock.
	if _, err := db.Exec(ctx, `select pg_advisory_xact_lock($1)`, LockOf("setting", pack, s.Name)); err != nil {
		return err
	}
	_, err := db.Exec(ctx, `with before as (select value from settings where pack = $1 and name = $2),
		changed as (insert into settings (pack, name, value) values ($1, $2, $3)
			on conflict (tenant, pack, name) do update set value = excluded.value)
		insert into setting_changes (pack, name, before, after, by)
		values ($1, $2, (select value from before), $3, $4)`, pack, s.Name, string(s.Value), by)
	return err
}
