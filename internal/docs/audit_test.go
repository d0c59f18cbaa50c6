package docs_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/internal/postgrestest"
	"waybill/store"
)

const auditorsPage = "auditors.md"

// query returns a query that the page of auditors shows.
func query(t *testing.T, name string) string {
	t.Helper()
	for _, f := range fences(readPage(t, auditorsPage)) {
		if f.info == "sql "+name {
			return f.text
		}
	}
	require.Fail(t, "the page shows no query "+name)
	return ""
}

// archive is a database with two histories in it, seen by somebody who may do everything.
type archive struct {
	*pgx.Conn
	store       *store.Store
	tenant      uuid.UUID
	first, last uuid.UUID
}

func newArchive(t *testing.T) *archive {
	t.Helper()
	url := postgrestest.New(t, store.Migrate)
	opened, err := store.Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(opened.Close)
	a := &archive{store: opened}
	require.NoError(t, opened.Across(t.Context(), func(tx pgx.Tx) (err error) {
		a.tenant, err = store.AddTenant(t.Context(), tx, "acme")
		return err
	}))
	a.first, a.last = a.instance(t, "SO-1"), a.instance(t, "SO-2")
	a.Conn, err = pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { a.Close(t.Context()) })
	a.tamper(t, query(t, "tenant"), "acme")
	return a
}

// instance writes an instance with a history of five entries, over two turns.
func (a *archive) instance(t *testing.T, key string) uuid.UUID {
	t.Helper()
	id := store.NewID()
	at := time.Date(2026, 3, 2, 1, 0, 0, 123_456_000, time.UTC)
	entries := []store.Entry{
		{Instance: id, Turn: 1, At: at, By: "li.wei", Wait: 1, What: "instance.started", Data: `{"input":{"order":"` + key + `","note":"très 好 \"quoted\""}}`},
		{Instance: id, Turn: 1, At: at, Step: "check", Wait: 2, What: "task.opened", Data: `{}`},
		{Instance: id, Turn: 2, At: at.Add(time.Hour), By: "wu.di", For: "li.wei", Step: "check", Wait: 2, What: "task.completed", Data: `{"outcome": "done",  "form": {"a": 1.50}}`},
		{Instance: id, Turn: 2, At: at.Add(time.Hour), Step: "check", Wait: 2, What: "step.finished", Data: `{"html":"<b>&</b>"}`},
		{Instance: id, Turn: 2, At: at.Add(time.Hour), What: "instance.ended", Data: `{"outcome":"done"}`},
	}
	require.NoError(t, a.store.InTenant(t.Context(), a.tenant, func(tx pgx.Tx) error {
		_, _, err := store.AddRevision(t.Context(), tx, store.Revision{Pack: "bikes", Hash: "sha256:1"}, store.Author{By: "li.wei"}, []byte("archive"))
		if err != nil {
			return err
		}
		var w store.Writes
		store.InsertInstance(&w, store.Instance{ID: id, Pack: "bikes", Process: "order", Revision: 1, Started: store.TimeOf(id), BusinessKey: &key})
		seq, head := store.Append(&w, 0, nil, entries[:2])
		seq, head = store.Append(&w, seq, head, entries[2:])
		w.Queue(`update instances set head_seq = $2, head_hash = $3 where id = $1`, id, seq, head)
		return w.Send(t.Context(), tx)
	}))
	return id
}

// byHand returns what the query of the page finds.
func (a *archive) byHand(t *testing.T) []string {
	t.Helper()
	rows, err := a.Query(t.Context(), query(t, "by hand"))
	require.NoError(t, err)
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		var id uuid.UUID
		var seq int64
		err := row.Scan(&id, &seq)
		return fmt.Sprintf("%s %d", id, seq), err
	})
	require.NoError(t, err)
	return found
}

// verify returns what waybill verify says of an instance, "" where its chain is whole.
func (a *archive) verify(t *testing.T, id uuid.UUID) string {
	t.Helper()
	var broken *store.Break
	require.NoError(t, a.store.ReadTenant(t.Context(), a.tenant, func(tx pgx.Tx) (err error) {
		broken, _, err = store.Verify(t.Context(), tx, id)
		return err
	}))
	if broken == nil {
		return ""
	}
	return fmt.Sprintf("%d %s", broken.Seq, broken.What)
}

func (a *archive) tamper(t *testing.T, sql string, args ...any) {
	t.Helper()
	done, err := a.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
	require.EqualValues(t, 1, done.RowsAffected())
}

func TestTheQueryOfThePageAgreesWithTheHashesThatTheProgramWrites(t *testing.T) {
	a := newArchive(t)
	var seen int
	require.NoError(t, a.QueryRow(t.Context(), `select count(*) from history`).Scan(&seen))
	require.Equal(t, 10, seen)
	require.Empty(t, a.byHand(t))
	require.Empty(t, a.verify(t, a.first))

	var entries []store.Entry
	require.NoError(t, a.store.ReadTenant(t.Context(), a.tenant, func(tx pgx.Tx) (err error) {
		entries, err = store.History(t.Context(), tx, a.first, 0, 10)
		return err
	}))
	require.Len(t, entries, 5)
	var before []byte
	for i := range entries {
		require.Equal(t, entries[i].Hash, entries[i].HashAfter(before))
		before = entries[i].Hash
	}
}

func TestAnEditedRowIsFoundByTheProgramAndByHand(t *testing.T) {
	a := newArchive(t)
	_, err := a.Exec(t.Context(), `create temporary table kept as select * from history where instance = '`+a.first.String()+`' and seq = 3`)
	require.NoError(t, err)
	for _, change := range []string{
		`data = '{"outcome":"done"}'`, `by = 'somebody'`, `on_behalf = ''`, `at = at + interval '1 microsecond'`,
		`step = ''`, `what = 'task.claimed'`, `turn = 3`, `wait = 9`,
	} {
		a.tamper(t, `update history set `+change+` where instance = $1 and seq = 3`, a.first)
		require.Equal(t, "3 edited", a.verify(t, a.first), change)
		require.Equal(t, []string{a.first.String() + " 3"}, a.byHand(t), change)
		require.Empty(t, a.verify(t, a.last))
		a.tamper(t, `update history h set (data, by, on_behalf, at, step, what, turn, wait) = (k.data, k.by, k.on_behalf, k.at, k.step, k.what, k.turn, k.wait)
			from kept k where h.instance = k.instance and h.seq = k.seq`)
		require.Empty(t, a.byHand(t))
	}
}

func TestWhatNoTurnCouldWriteIsFoundByTheProgramAndByHand(t *testing.T) {
	for change, free := range map[string]string{
		`at = 'infinity'`: `select`, `at = '-infinity'`: `select`,
		`hash = null`: `alter table history alter column hash drop not null`, `by = null`: `alter table history alter column by drop not null`,
	} {
		t.Run(change, func(t *testing.T) {
			a := newArchive(t)
			_, err := a.Exec(t.Context(), free)
			require.NoError(t, err)
			a.tamper(t, `update history set `+change+` where instance = $1 and seq = 5`, a.first)
			require.Equal(t, "5 edited", a.verify(t, a.first))
			require.Equal(t, []string{a.first.String() + " 5"}, a.byHand(t))
		})
	}
}

func TestARowRemovedFromTheMiddleIsFoundByTheProgramAndByHand(t *testing.T) {
	a := newArchive(t)
	a.tamper(t, `delete from history where instance = $1 and seq = 3`, a.last)
	require.Equal(t, "3 removed", a.verify(t, a.last))
	require.Equal(t, []string{a.last.String() + " 4"}, a.byHand(t))
}

func TestTheNewestRowRemovedWithItsHeadIsFoundOnlyByAHeadKeptElsewhere(t *testing.T) {
	a := newArchive(t)
	var seq int64
	var kept string
	rows, err := a.Query(t.Context(), query(t, "heads"))
	require.NoError(t, err)
	heads := 0
	for rows.Next() {
		var id uuid.UUID
		var n int64
		var hash string
		require.NoError(t, rows.Scan(&id, &n, &hash))
		if heads++; id == a.first {
			seq, kept = n, hash
		}
	}
	require.NoError(t, rows.Err())
	require.Equal(t, 2, heads)
	require.Equal(t, kept, a.hashNow(t, a.first, seq))

	a.tamper(t, `delete from history where instance = $1 and seq = $2`, a.first, seq)
	require.Equal(t, "5 removed", a.verify(t, a.first), "the head still tells of it")
	a.tamper(t, `update instances set head_seq = $2, head_hash = (select hash from history where instance = $1 and seq = $2) where id = $1`, a.first, seq-1)
	require.Empty(t, a.verify(t, a.first), "the page must say so if this is found")
	require.Empty(t, a.byHand(t))
	require.NotEqual(t, kept, a.hashNow(t, a.first, seq))
}

// hashNow returns what the query of the page says of a head that was kept, "" where the row is gone.
func (a *archive) hashNow(t *testing.T, id uuid.UUID, seq int64) string {
	t.Helper()
	var hash string
	err := a.QueryRow(t.Context(), query(t, "kept"), id, seq).Scan(&hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return ""
	}
	require.NoError(t, err)
	raw, err := hex.DecodeString(hash)
	require.NoError(t, err)
	require.Len(t, raw, 32)
	return hash
}

func TestThePageOfAuditorsNamesEveryFact(t *testing.T) {
	page := readPage(t, auditorsPage)
	for _, fact := range constants(t, "engine/command.go", "Fact", "") {
		require.True(t, strings.Contains(page, "`"+fact.value+"`"), "%s does not say what %s tells", auditorsPage, fact.value)
	}
}
