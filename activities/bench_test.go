package activities_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/activities/catalogue"
	"waybill/definitions"
	"waybill/internal/postgrestest"
	"waybill/store"
)

// migrate adds to the schema what the actions of the bench write.
func migrate(ctx context.Context, url string) error {
	if err := store.Migrate(ctx, url); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `
		create table bench_notes (tenant uuid not null default current_setting('waybill.tenant')::uuid,
			position bigint generated always as identity primary key, text text not null check (text <> 'unwritable'), by text not null);
		select waybill_protect('bench_notes');
		create table bench_rows (tenant uuid not null default current_setting('waybill.tenant')::uuid, id text, n int not null default 0,
			primary key (tenant, id));
		select waybill_protect('bench_rows')`)
	return err
}

type noteIn struct {
	Text string `json:"text"`
}

type noteOut struct {
	Text string `json:"text"`
}

func note(_ context.Context, tx catalogue.Tx, call catalogue.Call, in noteIn) (noteOut, error) {
	tx.Queue(`insert into bench_notes (text, by) values ($1, $2)`, in.Text, call.By)
	return noteOut(in), nil
}

type takeIn struct {
	Row string `json:"row"`
}

type takeOut struct {
	N int `json:"n"`
}

func take(ctx context.Context, tx catalogue.Tx, _ catalogue.Call, in takeIn) (takeOut, error) {
	var out takeOut
	err := tx.QueryRow(ctx, `insert into bench_rows (id, n) values ($1, 1)
		on conflict (tenant, id) do update set n = bench_rows.n + 1 returning n`, in.Row).Scan(&out.N)
	return out, err
}

type howIn struct {
	How string `json:"how"`
}

// world is what the actions of a bench do to it, and what it does to them.
type world struct {
	fails atomic.Int32 // how often bench.fail still fails
	calls sync.Map     // idempotency keys of remote calls
}

var errMachine = errors.New("the machine of Zhang Wei broke")

func (w *world) fail(ctx context.Context, tx catalogue.Tx, _ catalogue.Call, in howIn) (noteOut, error) {
	if w.fails.Load() <= 0 {
		return noteOut{Text: "fine"}, nil
	}
	w.fails.Add(-1)
	tx.Queue(`insert into bench_notes (text, by) values ('half done', '')`)
	switch in.How {
	case "panic":
		panic(errMachine)
	case "statement":
		_, err := tx.Exec(ctx, `select 1 / 0`)
		return noteOut{}, err
	case "slow":
		_, err := tx.Exec(ctx, `select pg_sleep(10)`)
		return noteOut{}, err
	case "unstorable":
		return noteOut{}, fmt.Errorf("%w: a\x00b", errMachine)
	case "queued":
		tx.Queue(`insert into bench_notes (text, by) values ('unwritable', '')`)
		return noteOut{}, nil
	}
	return noteOut{}, errMachine
}

func (w *world) call(ctx context.Context, _ catalogue.Tx, call catalogue.Call, in howIn) (noteOut, error) {
	w.calls.Store(call.Key, call.By)
	switch in.How {
	case "declined":
		return noteOut{}, catalogue.Refuse("bench.declined", "no", nil)
	case "broken":
		return noteOut{}, errMachine
	case "unstorable":
		return noteOut{Text: "a\x00b"}, nil
	case "broken, unstorably":
		return noteOut{}, fmt.Errorf("%w: a\x00b", errMachine)
	case "hangs":
		<-ctx.Done()
		return noteOut{}, ctx.Err()
	}
	return noteOut{Text: "yes"}, nil
}

func (w *world) catalogue(t testing.TB) *catalogue.Registry {
	c, err := catalogue.New(
		catalogue.Define("bench.note", "Writes a row.", note),
		catalogue.Define("bench.take", "Counts on a shared row.", take, catalogue.Contended()),
		catalogue.Define("bench.fail", "Fails for a technical reason.", w.fail),
		catalogue.Define("bench.call", "Leaves the database.", w.call, catalogue.Remote(), catalogue.Errors("bench.declined", "It was declined.")),
		catalogue.Define("bench.charge", "Leaves the database and can be undone.", w.call, catalogue.Remote(), catalogue.Inverse("bench.uncharge")),
		catalogue.Define("bench.uncharge", "Undoes bench.charge.", uncharge),
	)
	require.NoError(t, err)
	return c
}

func uncharge(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in noteIn) (noteOut, error) {
	return note(ctx, tx, call, noteIn{Text: "uncalled " + in.Text})
}

// bench is one test's database, tenant and host.
type bench struct {
	*testing.T
	*activities.Host
	*world
	store  *store.Store
	tenant uuid.UUID
	waits  *waits
	points func(activities.Point)
	poked  []uuid.UUID
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, world: &world{}, waits: &waits{}, points: func(activities.Point) {}}
	s, err := store.Open(t.Context(), postgrestest.New(t, migrate), store.MaxConns(8), store.Tracer(b.waits))
	require.NoError(t, err)
	t.Cleanup(s.Close)
	b.store = s
	b.Host = activities.New(s, b.catalogue(t), activities.Options{
		At:   func(p activities.Point) { b.points(p) },
		Poke: func(_ uuid.UUID, r activities.Receipt) { b.poked = append(b.poked, r.Instance) },
	})
	require.NoError(t, s.Across(t.Context(), func(tx pgx.Tx) (err error) {
		b.tenant, err = store.AddTenant(t.Context(), tx, "acme")
		return err
	}))
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		if err := store.PutPerson(ctx, tx, store.Person{ID: "li.wei", Name: "Li Wei", Roles: []string{"sales"}}); err != nil {
			return err
		}
		return store.PutPerson(ctx, tx, store.Person{ID: "wu.fang", Name: "Wu Fang", Roles: []string{"warehouse"}})
	})
	d, findings, err := b.Deploy(t.Context(), b.tenant, os.DirFS("testdata/bench"), "li.wei")
	require.NoError(t, err)
	for _, f := range findings {
		require.NotEqual(t, definitions.Error, f.Severity, f.String())
	}
	require.Equal(t, 1, d.Revision)
	return b
}

func (b *bench) in(act func(context.Context, pgx.Tx) error) {
	b.Helper()
	require.NoError(b, b.store.InTenant(b.Context(), b.tenant, func(tx pgx.Tx) error { return act(b.Context(), tx) }))
}

// query returns the only value of a query.
func query[V any](b *bench, sql string, args ...any) V {
	b.Helper()
	var v V
	b.in(func(ctx context.Context, tx pgx.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(&v) })
	return v
}

func (b *bench) start(process string, input map[string]any) uuid.UUID {
	b.Helper()
	r, err := b.Start(b.Context(), b.tenant, activities.StartRequest{Pack: "bench", Process: process, Input: input}, activities.Act{By: "li.wei"})
	require.NoError(b, err)
	return r.Instance
}

// turn takes one turn, which must succeed.
func (b *bench) turn(instance uuid.UUID) activities.Outcome {
	b.Helper()
	out, err := b.Turn(b.Context(), activities.TurnInput{Tenant: b.tenant, Instance: instance})
	require.NoError(b, err)
	return out
}

// settle takes turns until nothing more can be done at once.
func (b *bench) settle(instance uuid.UUID) activities.Outcome {
	b.Helper()
	for range 100 {
		if out := b.turn(instance); !out.Again {
			return out
		}
	}
	b.Fatal("no rest after 100 turns")
	return activities.Outcome{}
}

// task returns the only open task of the instance.
func (b *bench) task(instance uuid.UUID) store.Task {
	b.Helper()
	var tasks []store.Task
	b.in(func(ctx context.Context, tx pgx.Tx) (err error) {
		tasks, err = store.InstanceTasks(ctx, tx, instance)
		return err
	})
	require.Len(b, tasks, 1)
	return tasks[0]
}

func (b *bench) notes() []string {
	b.Helper()
	var texts []string
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select text from bench_notes order by position`)
		if err != nil {
			return err
		}
		texts, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return texts
}

func (b *bench) row(instance uuid.UUID) *store.Instance {
	b.Helper()
	var row *store.Instance
	b.in(func(ctx context.Context, tx pgx.Tx) (err error) {
		row, err = store.ReadInstance(ctx, tx, instance)
		return err
	})
	return row
}

func (b *bench) verdict(inbox uuid.UUID) store.Verdict {
	b.Helper()
	v, err := b.Verdict(b.Context(), b.tenant, inbox)
	require.NoError(b, err)
	return v
}

// whole checks that the history of the instance is what turns wrote.
func (b *bench) whole(instance uuid.UUID) {
	b.Helper()
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		broken, n, err := store.Verify(ctx, tx, instance)
		require.Nil(b, broken)
		require.Positive(b, n)
		return err
	})
}

// waits counts how often the client waits for the network: once a batch, query or prepare.
type waits struct{ n atomic.Int32 }

func (w *waits) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	w.n.Add(1)
	return ctx
}
func (w *waits) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (w *waits) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	w.n.Add(1)
	return ctx
}
func (w *waits) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (w *waits) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

var _ pgx.BatchTracer = (*waits)(nil)

// rewind makes it seem that the instance's last turn was that long ago, and its deadlines with it.
func (b *bench) rewind(instance uuid.UUID, by time.Duration) {
	b.Helper()
	row := b.row(instance)
	text, err := store.Unpack(row.State)
	require.NoError(b, err)
	stamp := regexp.MustCompile(`"(\d{4}-\d\d-\d\dT[0-9:.]+Z)"`)
	moved := stamp.ReplaceAllFunc(text, func(quoted []byte) []byte {
		at, err := time.Parse(time.RFC3339Nano, string(quoted[1:len(quoted)-1]))
		require.NoError(b, err)
		return []byte(`"` + at.Add(-by).Format(time.RFC3339Nano) + `"`)
	})
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update instances set state = $2, at = at - $3::interval, wake_at = wake_at - $3::interval where id = $1`,
			instance, store.Pack(moved), by)
		return err
	})
}

// How long a test waits for what another goroutine does, and how often it looks.
const (
	wait = 10 * time.Second
	tick = 5 * time.Millisecond
)
