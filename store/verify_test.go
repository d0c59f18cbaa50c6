package store_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// owner is a connection of the tables' owner, who sees the rows of every tenant.
func (b *bench) owner(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(t.Context()) })
	for _, table := range []string{"history", "instances"} {
		_, err = conn.Exec(t.Context(), `alter table `+table+` no force row level security`)
		require.NoError(t, err)
	}
	return conn
}

func TestWhatAnOwnerWritesWhereNoTurnCouldIsFoundToo(t *testing.T) {
	const again = `insert into history select tenant, instance, seq, turn, at, by, on_behalf, step, wait, what, data, xid, hash
		from history where instance = $1 and seq = `
	const drop = `alter table history drop constraint history_pkey`
	for _, c := range []struct{ situation, free, statement, found string }{
		{
			"before the first one", `alter table history drop constraint history_seq_check`,
			`insert into history select tenant, instance, -7, turn, at, by, on_behalf, step, wait, what, data, xid, hash
			from history where instance = $1 and seq = 1`, "-7 added",
		},
		{"another one with the number of one", drop, again + `2`, "2 added"},
		{"another one with the number of the last one", drop, again + `2500`, "2500 added"},
		{"another one with the number that ends a page", drop, again + `1000`, "1000 added"},
		{"another one with the number that begins a page", drop, again + `1001`, "1001 added"},
		{"a time that never ends", `select`, `update history set at = 'infinity' where instance = $1 and seq = 3`, "3 edited"},
		{"a time long ago", `select`, `update history set at = '4000-01-01 BC' where instance = $1 and seq = 3`, "3 edited"},
		{
			"nobody, instead of the system", `alter table history alter column on_behalf drop not null`,
			`update history set on_behalf = null where instance = $1 and seq = 4`, "4 edited",
		},
		{
			"no hash", `alter table history alter column hash drop not null`,
			`update history set hash = null where instance = $1 and seq = 2500`, "2500 edited",
		},
		{"a row of another tenant", `select`, `update history set tenant = gen_random_uuid() where instance = $1 and seq = 3`, "3 removed"},
		{"the head of another instance", `select`, `update instances set head_hash = sha256('') where id = $1`, "2500 edited"},
		{"no head", `select`, `update instances set head_seq = 0, head_hash = '' where id = $1`, "1 added"},
		{"an instance that starts at no time", `select`, `update instances set started = 'infinity' where id = $1`, ""},
		{"an instance without its head", `alter table instances alter column head_hash drop not null,
			drop constraint instances_check4`, `update instances set head_hash = null where id = $1`, "2500 edited"},
	} {
		t.Run(c.situation, func(t *testing.T) {
			b := newBench(t)
			id := b.instance(t, "")
			b.tell(t, id, make([]string, 2500)...)
			owner := b.owner(t)
			_, err := owner.Exec(t.Context(), c.free)
			require.NoError(t, err)
			done, err := owner.Exec(t.Context(), c.statement, id)
			require.NoError(t, err)
			require.EqualValues(t, 1, done.RowsAffected())
			require.Equal(t, c.found, b.verify(t, id))
		})
	}
}

func TestAMonthOfTheHistoryThatWasTakenAwayIsFound(t *testing.T) {
	for situation, statement := range map[string]string{
		"detached": `alter table history detach partition `, "dropped": `drop table `, "emptied": `truncate `,
	} {
		t.Run(situation, func(t *testing.T) {
			b := newBench(t)
			id := b.instance(t, "")
			b.tell(t, id, "instance.started", "step.began")
			_, err := b.owner(t).Exec(t.Context(), statement+store.TimeOf(id).Format("history_2006_01"))
			require.NoError(t, err)
			require.Equal(t, "1 removed", b.verify(t, id))
		})
	}
}

func TestAnEntryThatWasDatedBackIsFoundThoughItsHashFits(t *testing.T) {
	for situation, forge := range map[string]func(e *store.Entry){
		"its time": func(e *store.Entry) { e.At = e.At.Add(-time.Microsecond) },
		"its turn": func(e *store.Entry) { e.Turn = 1 },
	} {
		t.Run(situation, func(t *testing.T) {
			b := newBench(t)
			id := b.instance(t, "")
			b.tell(t, id, "instance.started")
			b.tell(t, id, "task.opened")
			require.NoError(t, b.InTenant(t.Context(), b.tenant, func(tx pgx.Tx) error {
				row, err := store.ReadInstance(t.Context(), tx, id)
				require.NoError(t, err)
				entries, err := store.History(t.Context(), tx, id, 1, 1)
				require.NoError(t, err)
				forged := entries[0]
				forge(&forged)
				var w store.Writes
				row.HeadSeq, row.HeadHash = store.Append(&w, row.HeadSeq, row.HeadHash, []store.Entry{forged})
				store.UpdateInstance(&w, row)
				return w.Send(t.Context(), tx)
			}))
			require.Equal(t, "3 out of order", b.verify(t, id))
		})
	}
}

func TestTheApplicationsRoleMayOnlyAppendToThePast(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "")
	b.tell(t, id, "instance.started")
	part := store.TimeOf(id).Format("history_2006_01")
	for _, statement := range []string{
		`update history set by = 'zhao.min'`, `delete from history`, `truncate history`, `select from history for update`,
		`insert into history select * from history on conflict (instance, seq) do update set by = excluded.by`,
		`merge into history h using (select 1) x on true when matched then delete`,
		`insert into ` + part + ` select * from history`, `update ` + part + ` set by = ''`, `delete from ` + part, `truncate ` + part,
		`select from ` + part, `drop table ` + part, `alter table history detach partition ` + part,
		`create table history_1999 partition of history for values from (minvalue) to ('00000000-0000-0000-0000-000000000000')`,
		`alter table history disable row level security`, `create policy seen on history using (false)`, `drop policy tenant on history`,
		`create function forge() returns trigger language plpgsql as 'begin return null; end'`,
		`create trigger forge before insert on history for each row execute function suppress_redundant_updates_trigger()`,
		`create rule forge as on insert to history do instead nothing`, `set session_replication_role = replica`,
		`select waybill_history_month(now() - interval '20 years')`,
		`delete from instances`, `truncate instances cascade`, `update tenants set name = 'other'`, `delete from tenants`,
		`update revisions set files = ''`, `delete from revisions`, `update setting_changes set by = ''`, `delete from setting_changes`,
		`delete from proposals`, `delete from tasks`, `delete from incidents`, `delete from children`,
	} {
		t.Run(statement, func(t *testing.T) {
			require.Error(t, b.InTenant(t.Context(), b.tenant, func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), statement)
				return err
			}))
		})
	}
	require.Empty(t, b.verify(t, id))
}

func TestAHistoryIsWholeAtAnyMomentOfTheTurnsThatWriteIt(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "")
	b.tell(t, id, "instance.started")
	written := make(chan struct{})
	go func() {
		defer close(written)
		for range 60 {
			b.tell(t, id, "step.began", "step.finished")
		}
	}()
	for running := true; running; {
		select {
		case <-written:
			running = false
		default:
		}
		require.NoError(t, b.ReadTenant(t.Context(), b.tenant, func(tx pgx.Tx) error {
			broken, _, err := store.Verify(t.Context(), tx, id)
			require.Nil(t, broken)
			return err
		}))
	}
}

func TestHeadsAreListedWhateverStandsInTheRestOfTheRow(t *testing.T) {
	b := newBench(t)
	first, second, other := b.instance(t, "SO-1"), b.instance(t, ""), b.instance(t, "SO-2")
	owner := b.owner(t)
	_, err := owner.Exec(t.Context(), `update instances set started = 'infinity', wake_at = '-infinity' where id = $1`, first)
	require.NoError(t, err)
	require.NoError(t, b.ReadTenant(t.Context(), b.tenant, func(tx pgx.Tx) error {
		for _, c := range []struct {
			key    string
			before uuid.UUID
			ids    []uuid.UUID
		}{{"", uuid.Nil, []uuid.UUID{other, second}}, {"", second, []uuid.UUID{first}}, {"SO-1", uuid.Nil, []uuid.UUID{first}}} {
			heads, err := store.Heads(t.Context(), tx, c.key, c.before, 2)
			require.NoError(t, err)
			var ids []uuid.UUID
			for _, h := range heads {
				ids = append(ids, h.Instance)
			}
			require.Equal(t, c.ids, ids)
		}
		return nil
	}))
}
