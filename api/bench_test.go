package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/activities/catalogue"
	"waybill/api"
	"waybill/definitions"
	"waybill/internal/postgrestest"
	"waybill/store"
)

// bench is a server on a database of its own, whose turns are taken as soon as they are asked for.
type bench struct {
	*testing.T
	server *httptest.Server
	host   *activities.Host
	tenant uuid.UUID
	token  string
	asleep bool        // nobody takes turns
	due    []uuid.UUID // instances that turns poked
	// parents are those of the sub-processes that have begun.
	parents map[uuid.UUID]uuid.UUID
	ready   error
	log     bytes.Buffer
}

func newBench(t *testing.T, change ...func(*api.Options)) *bench {
	t.Helper()
	s, err := store.Open(t.Context(), postgrestest.New(t, store.Migrate), store.MaxConns(4), store.Limits())
	require.NoError(t, err)
	t.Cleanup(s.Close)
	registry, err := catalogue.New()
	require.NoError(t, err)
	b := &bench{T: t, parents: map[uuid.UUID]uuid.UUID{}}
	log := slog.New(slog.NewTextHandler(&b.log, nil))
	b.host = activities.New(s, registry, activities.Options{Log: log, Poke: func(_ uuid.UUID, r activities.Receipt) { b.due = append(b.due, r.Instance) }})
	b.tenant, b.token = b.addTenant("acme")
	options := api.Options{Host: b.host, Poker: b, Version: "test", Ready: func(context.Context) error { return b.ready }, Log: log}
	for _, apply := range change {
		apply(&options)
	}
	b.server = httptest.NewServer(api.New(options))
	t.Cleanup(b.server.Close)
	_, findings, err := b.host.Deploy(t.Context(), b.tenant, os.DirFS("testdata/shop"), "")
	require.NoError(t, err)
	require.False(t, definitions.HasErrors(findings), "%v", findings)
	require.NoError(t, s.InTenant(t.Context(), b.tenant, func(tx pgx.Tx) error {
		if err := store.PutPerson(t.Context(), tx, store.Person{ID: "li.wei", Name: "李伟", Roles: []string{"sales"}}); err != nil {
			return err
		}
		return store.PutPerson(t.Context(), tx, store.Person{ID: "wang", Name: "Wang", Roles: []string{"warehouse"}})
	}))
	return b
}

func (b *bench) addTenant(name string) (uuid.UUID, string) {
	b.Helper()
	var tenant uuid.UUID
	require.NoError(b, b.host.Store().Across(b.Context(), func(tx pgx.Tx) (err error) {
		tenant, err = store.AddTenant(b.Context(), tx, name)
		return err
	}))
	token := store.NewTokenText(tenant)
	require.NoError(b, b.host.Store().InTenant(b.Context(), tenant, func(tx pgx.Tx) error {
		return store.PutToken(b.Context(), tx, "test", token)
	}))
	return tenant, token
}

// Poke takes the turns of the instance, of its sub-processes, and of those that turns poke.
func (b *bench) Poke(ctx context.Context, tenant uuid.UUID, r activities.Receipt) error {
	if b.asleep {
		<-ctx.Done()
		return ctx.Err()
	}
	b.due = append(b.due, r.Instance)
	for len(b.due) > 0 {
		next := b.due[0]
		out, err := b.host.Turn(ctx, activities.TurnInput{Tenant: tenant, Instance: next})
		if err != nil {
			return err
		}
		if !out.Again {
			b.due = b.due[1:]
		}
		for _, child := range out.Children {
			if _, begun := b.parents[child.Instance]; !begun {
				b.parents[child.Instance] = next
				b.due = append(b.due, child.Instance)
			}
		}
		if parent, waits := b.parents[next]; waits && out.Done {
			b.due = append(b.due, parent)
		}
	}
	return nil
}

// answer is what the server said.
type answer struct {
	status int
	kind   string // media type
	body   []byte
}

func (a answer) problem(b *bench) api.Problem {
	b.Helper()
	require.Equal(b, "application/problem+json", a.kind, string(a.body))
	var p api.Problem
	require.NoError(b, json.Unmarshal(a.body, &p))
	require.Equal(b, a.status, p.Status)
	require.NotEmpty(b, p.Detail)
	return p
}

// as reads the answer, which must have the status.
func as[T any](b *bench, a answer, status int) T {
	b.Helper()
	require.Equal(b, status, a.status, string(a.body))
	var v T
	require.NoError(b, json.Unmarshal(a.body, &v))
	return v
}

// ask sends a request; headers are pairs of name and value.
func (b *bench) ask(method, path, body string, headers ...string) answer {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), method, b.server.URL+path, bytes.NewBufferString(body))
	require.NoError(b, err)
	request.Header.Set("Authorization", "Bearer "+b.token)
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	got, err := b.server.Client().Do(request)
	require.NoError(b, err)
	defer got.Body.Close()
	var text bytes.Buffer
	_, err = text.ReadFrom(got.Body)
	require.NoError(b, err)
	return answer{got.StatusCode, got.Header.Get("Content-Type"), text.Bytes()}
}

func (b *bench) get(path string) answer {
	b.Helper()
	return b.ask(http.MethodGet, path, "")
}

// items is a page of a list.
type items[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

const sell = "/api/v1/packs/shop/processes/sell/instances"

// start starts an instance of sell.
func (b *bench) start(number string) uuid.UUID {
	b.Helper()
	got := b.ask(http.MethodPost, sell, `{"input": {"number": "`+number+`", "quantity": 2}}`, "Waybill-As", "li.wei")
	return as[api.Taken](b, got, http.StatusCreated).Instance
}

// task returns the only open task of the instance.
func (b *bench) task(instance uuid.UUID) api.Task {
	b.Helper()
	tasks := as[items[api.Task]](b, b.get("/api/v1/tasks?instance="+instance.String()), http.StatusOK)
	require.Len(b, tasks.Items, 1)
	return tasks.Items[0]
}

// count counts rows of a table of the tenant.
func (b *bench) count(table string) int {
	b.Helper()
	var n int
	require.NoError(b, b.host.Store().InTenant(b.Context(), b.tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(b.Context(), "select count(*) from "+table).Scan(&n)
	}))
	return n
}

// finish does what an instance of sell waits for.
func (b *bench) finish(instance uuid.UUID, number string) {
	b.Helper()
	task := "/api/v1/tasks/" + b.task(instance).ID.String() + "/complete"
	as[api.Taken](b, b.ask(http.MethodPost, task, `{"outcome": "agreed", "form": {"packed": 2}}`, "Waybill-As", "li.wei"), http.StatusOK)
	as[api.Delivered](b, b.ask(http.MethodPost, "/api/v1/messages",
		`{"message": "goods.arrived", "key": "`+number+`", "with": {"quantity": 2}}`), http.StatusOK)
}
