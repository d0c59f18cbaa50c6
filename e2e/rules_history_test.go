package e2e_test

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// aHistoryThatIsChanged changes rows as only the database's owner can, one way after the other.
func aHistoryThatIsChanged(d *desk) {
	id := d.begin("walk", fields{"name": "history"})
	d.complete(id, "one", nil)
	d.complete(id, "two", nil)
	d.ends(id, "done")
	err := d.store.InTenant(d.Context(), d.tenant, func(tx pgx.Tx) error {
		_, err := tx.Exec(d.Context(), `update history set data = '{}' where instance = $1`, id)
		return err
	})
	require.ErrorContains(d, err, "permission denied", "the application itself cannot")

	last := get[int64](d, `select max(seq) from history where instance = $1`, id)
	for _, damage := range []struct {
		name string
		sql  []string
		seq  int64
		what string
	}{
		{"edited data", []string{`update history set data = '{"amount":1}' where instance = $1 and seq = 3`}, 3, "edited"},
		{"another actor", []string{`update history set by = 'mallory' where instance = $1 and seq = 2`}, 2, "edited"},
		{"a row removed", []string{`delete from history where instance = $1 and seq = 4`}, 4, "removed"},
		{"the last row removed", []string{`delete from history where instance = $1 and seq = (select max(seq) from history where instance = $1)`}, last, "removed"},
		{"two rows in another order", []string{
			`update history set seq = 1000 where instance = $1 and seq = 3`, `update history set seq = 3 where instance = $1 and seq = 4`,
			`update history set seq = 4 where instance = $1 and seq = 1000`,
		}, 3, "edited"},
		{"a row removed and the others moved up", []string{
			`delete from history where instance = $1 and seq = 3`, `update history set seq = seq + 1000 where instance = $1 and seq > 3`,
			`update history set seq = seq - 1001 where instance = $1 and seq > 1000`,
		}, 3, "edited"},
		{"a row added", []string{`insert into history select tenant, instance, seq + 1, turn, at, by, on_behalf, step, wait, what, data, xid, hash
			from history where instance = $1 order by seq desc limit 1`}, last + 1, "added"},
	} {
		restore := d.backup(id)
		for _, sql := range damage.sql {
			d.changeHistory(sql, id)
		}
		broken := d.verify(id)
		require.NotNil(d, broken, damage.name)
		require.Equal(d, store.Break{Instance: id, Seq: damage.seq, What: damage.what}, *broken, damage.name)
		restore()
		require.Nil(d, d.verify(id), damage.name)
	}
	d.forge(id, last)
	require.Equal(d, &store.Break{Instance: id, Seq: last, What: "edited"}, d.verify(id), "the head stands in the instance's row")
}

// changeHistory runs a statement that the table's constraints may forbid.
func (d *desk) changeHistory(sql string, instance uuid.UUID) {
	d.Helper()
	require.NoError(d, pgx.BeginFunc(d.Context(), d.admin, func(tx pgx.Tx) error {
		_, err := tx.Exec(d.Context(), sql, instance)
		return err
	}))
}

// forge edits the last entry and gives it the hash that it would have had.
func (d *desk) forge(instance uuid.UUID, last int64) {
	d.Helper()
	var entries []store.Entry
	require.NoError(d, d.store.ReadTenant(d.Context(), d.tenant, func(tx pgx.Tx) (err error) {
		entries, err = store.History(d.Context(), tx, instance, last-2, 2)
		return err
	}))
	require.Len(d, entries, 2)
	forged := entries[1]
	forged.Data = `{"outcome":"cancelled"}`
	d.change(`update history set data = $3::json, hash = $4 where instance = $1 and seq = $2`,
		instance, last, forged.Data, forged.HashAfter(entries[0].Hash))
}
