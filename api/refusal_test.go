package api_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/api"
	"waybill/store"
)

func TestAWrongTokenIsRefusedEverywhere(t *testing.T) {
	b := newBench(t)
	id := b.start("SO-1").String()
	_, foreign := b.addTenant("other")
	for name, header := range map[string]string{
		"none": "", "the scheme alone": "Bearer", "not a bearer token": "Basic abc", "no token of this system": "Bearer abc",
		"of this system but never made": "Bearer " + store.NewTokenText(b.tenant),
	} {
		for _, operation := range operations() {
			path := strings.NewReplacer("{id}", id, "{pack}", "shop", "{process}", "sell").Replace(operation.path)
			got := b.ask(operation.method, path, `{}`, "Authorization", header)
			require.Equal(t, http.StatusUnauthorized, got.status, "%s: %s %s", name, operation.method, path)
			require.Equal(t, "unauthorized", got.problem(b).Code)
		}
	}
	require.Equal(t, http.StatusOK, b.ask(http.MethodGet, "/api/v1/health", "", "Authorization", "").status)
	require.Equal(t, http.StatusNotFound, b.ask(http.MethodGet, "/api/v1/instances/"+id, "", "Authorization", "Bearer "+foreign).status)
	require.Empty(t, as[items[api.Instance]](b, b.ask(http.MethodGet, "/api/v1/instances", "", "Authorization", "Bearer "+foreign), http.StatusOK).Items)
	require.Equal(t, 1, b.count("inbox"), "nothing was written")
}

// operation is one of those that need a token.
type operation struct{ method, path string }

func operations() []operation {
	return []operation{
		{http.MethodPost, "/api/v1/packs"},
		{http.MethodGet, "/api/v1/packs"},
		{http.MethodGet, "/api/v1/packs/{pack}/revisions"},
		{http.MethodGet, "/api/v1/packs/{pack}/changes"},
		{http.MethodPost, "/api/v1/packs/{pack}/migrations"},
		{http.MethodPost, "/api/v1/changes"},
		{http.MethodGet, "/api/v1/proposals"},
		{http.MethodGet, "/api/v1/proposals/{id}"},
		{http.MethodPost, "/api/v1/proposals/{id}/decision"},
		{http.MethodPost, "/api/v1/acts"},
		{http.MethodGet, "/api/v1/packs/{pack}/settings"},
		{http.MethodPut, "/api/v1/packs/{pack}/settings/{name}"},
		{http.MethodPost, "/api/v1/packs/{pack}/processes/{process}/instances"},
		{http.MethodGet, "/api/v1/instances"},
		{http.MethodGet, "/api/v1/instances/{id}"},
		{http.MethodGet, "/api/v1/instances/{id}/history"},
		{http.MethodGet, "/api/v1/instances/{id}/trace"},
		{http.MethodPost, "/api/v1/instances/{id}/acts"},
		{http.MethodGet, "/api/v1/tasks"},
		{http.MethodGet, "/api/v1/tasks/{id}"},
		{http.MethodPost, "/api/v1/tasks/{id}/claim"},
		{http.MethodPost, "/api/v1/tasks/{id}/release"},
		{http.MethodPost, "/api/v1/tasks/{id}/complete"},
		{http.MethodPost, "/api/v1/messages"},
		{http.MethodGet, "/api/v1/subscriptions"},
		{http.MethodGet, "/api/v1/locks"},
		{http.MethodGet, "/api/v1/people"},
		{http.MethodPut, "/api/v1/people/{id}"},
		{http.MethodGet, "/api/v1/inbox/{id}"},
	}
}

func TestEveryOperationIsDescribedAndTriedWithoutAToken(t *testing.T) {
	b := newBench(t)
	described := as[struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}](b, b.ask(http.MethodGet, "/api/openapi.json", "", "Authorization", ""), http.StatusOK)
	require.True(t, strings.HasPrefix(described.OpenAPI, "3.1"))
	var found []operation
	for path, methods := range described.Paths {
		for method := range methods {
			if path != "/api/v1/health" {
				found = append(found, operation{strings.ToUpper(method), path})
			}
		}
	}
	require.ElementsMatch(t, operations(), found)
}

func TestWhatIsWrongWithARequestIsSaidWithItsField(t *testing.T) {
	b := newBench(t)
	id := b.start("SO-1")
	task := "/api/v1/tasks/" + b.task(id).ID.String()
	inbox := b.count("inbox")
	var long string // it cannot be made shorter by packing it
	for i := range 80 {
		long += fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i)}))
	}
	for name, c := range map[string]struct {
		method, path, body string
		by                 string
		status             int
		code, field        string
	}{
		"a start without its input": {
			method: http.MethodPost, path: sell, body: `{"input": {"number": "SO-2"}}`, status: 422, code: "invalid", field: "input.quantity",
		},
		"a start with a text for a number": {
			method: http.MethodPost, path: sell, body: `{"input": {"number": "SO-2", "quantity": "two"}}`, status: 422, code: "invalid", field: "input.quantity",
		},
		"a start with input that is no object": {
			method: http.MethodPost, path: sell, body: `{"input": [1]}`, status: 422, code: "invalid", field: "input",
		},
		"a text that PostgreSQL cannot hold": {
			method: http.MethodPost, path: sell, body: `{"input": {"number": "SO\u0000", "quantity": 1}}`, status: 422, code: "invalid", field: "input.number",
		},
		"a name that PostgreSQL cannot hold": {
			method: http.MethodPut, path: "/api/v1/people/wang", body: `{"name": "Wa\u0000ng", "roles": []}`, status: 422, code: "invalid",
		},
		"a key to look for that PostgreSQL cannot hold": {
			method: http.MethodGet, path: "/api/v1/instances?key=%00", status: 422, code: "invalid",
		},
		"a person in bytes that are no text": {
			method: http.MethodPost, path: task + "/claim", by: "li\xff", status: 422, code: "invalid",
		},
		"a body that is no JSON": {
			method: http.MethodPost, path: sell, body: `{`, status: 400, code: "invalid", field: "body",
		},
		"a body with a member that nobody knows": {
			method: http.MethodPost, path: sell, body: `{"inputs": {}}`, status: 422, code: "invalid", field: "inputs",
		},
		"a process that is not there": {
			method: http.MethodPost, path: "/api/v1/packs/shop/processes/buy/instances", body: `{}`, status: 404, code: "unknown_process", field: "process",
		},
		"a pack that is not there": {
			method: http.MethodPost, path: "/api/v1/packs/bakery/processes/sell/instances", body: `{}`, status: 404, code: "unknown_pack", field: "pack",
		},
		"a business key that is running": {
			method: http.MethodPost, path: sell, body: `{"input": {"number": "SO-1", "quantity": 1}}`, status: 409, code: "duplicate_key",
		},
		"a completion without its field": {
			method: http.MethodPost, path: task + "/complete", body: `{"outcome": "agreed"}`, by: "li.wei", status: 422, code: "bad_form", field: "packed",
		},
		"a completion with a field of another type": {
			method: http.MethodPost, path: task + "/complete", body: `{"outcome": "agreed", "form": {"packed": "x"}}`, by: "li.wei", status: 422, code: "bad_form", field: "packed",
		},
		"a completion with a field that is not in the form": {
			method: http.MethodPost, path: task + "/complete", body: `{"outcome": "agreed", "form": {"packed": 1, "price": 2}}`, by: "li.wei", status: 422, code: "bad_form", field: "price",
		},
		"a completion with an outcome that the task has not": {
			method: http.MethodPost, path: task + "/complete", body: `{"outcome": "maybe", "form": {"packed": 1}}`, by: "li.wei", status: 422, code: "wrong_outcome", field: "outcome",
		},
		"a completion by somebody whom it is not offered to": {
			method: http.MethodPost, path: task + "/complete", body: `{"outcome": "agreed", "form": {"packed": 1}}`, by: "wang", status: 403, code: "not_yours", field: "header.Waybill-As",
		},
		"a completion by somebody unknown": {
			method: http.MethodPost, path: task + "/complete", body: `{"outcome": "agreed", "form": {"packed": 1}}`, by: "ghost", status: 403, code: "unknown_person", field: "header.Waybill-As",
		},
		"a release by somebody who has not claimed": {
			method: http.MethodPost, path: task + "/release", by: "li.wei", status: 409, code: "not_claimed",
		},
		"the tasks of somebody unknown": {
			method: http.MethodGet, path: "/api/v1/tasks?person=ghost", status: 404, code: "unknown_person", field: "query.person",
		},
		"a task that is not there": {
			method: http.MethodPost, path: "/api/v1/tasks/01980000-0000-7000-8000-000000000000/claim", by: "li.wei", status: 404, code: "not_found",
		},
		"a task whose id is none": {
			method: http.MethodPost, path: "/api/v1/tasks/17/claim", by: "li.wei", status: 422, code: "invalid", field: "path.id",
		},
		"a message that no pack declares": {
			method: http.MethodPost, path: "/api/v1/messages", body: `{"message": "rumour"}`, status: 404, code: "unknown_message", field: "message",
		},
		"a message with a wrong content": {
			method: http.MethodPost, path: "/api/v1/messages", body: `{"message": "goods.arrived", "key": "SO-1", "with": {"quantity": "two"}}`, status: 422, code: "invalid", field: "with.quantity",
		},
		"an act that no operator has": {
			method: http.MethodPost, path: "/api/v1/instances/" + id.String() + "/acts", body: `{"act": "explode"}`, status: 422, code: "invalid", field: "act",
		},
		"a change of a datum to a value of another type": {
			method: http.MethodPost, path: "/api/v1/instances/" + id.String() + "/acts", body: `{"act": "change", "data": {"quantity": "two"}}`, status: 422, code: "bad_data", field: "data.quantity",
		},
		"a change of a datum that is not there": {
			method: http.MethodPost, path: "/api/v1/instances/" + id.String() + "/acts", body: `{"act": "change", "data": {"price": 2}}`, status: 422, code: "unknown_data", field: "data",
		},
		"a move without a step": {
			method: http.MethodPost, path: "/api/v1/instances/" + id.String() + "/acts", body: `{"act": "move"}`, status: 422, code: "unknown_step", field: "step",
		},
		"a message with a key that is too long to be looked for": {
			method: http.MethodPost, path: "/api/v1/messages", body: `{"message": "goods.arrived", "key": "` + long + `", "with": {"quantity": 1}}`, status: 422, code: "invalid",
		},
		"a start with a business key that is too long to be looked for": {
			method: http.MethodPost, path: sell, body: `{"input": {"number": "` + long + `", "quantity": 1}}`, status: 422, code: "invalid",
		},
		"a person with a role that is too long to be looked for": {
			method: http.MethodPut, path: "/api/v1/people/wang", body: `{"name": "Wang", "roles": ["` + long + `"]}`, status: 422, code: "invalid",
		},
		"a retry where there is no incident": {
			method: http.MethodPost, path: "/api/v1/instances/" + id.String() + "/acts", body: `{"act": "retry", "wait": 1}`, status: 409, code: "no_incident",
		},
		"a cursor that no list gave": {
			method: http.MethodGet, path: "/api/v1/tasks?after=yesterday", status: 422, code: "invalid", field: "query.after",
		},
		"a cursor of a year that no calendar has": {
			method: http.MethodGet, path: "/api/v1/tasks?after=0000-01-01T00:00:00Z~01980000-0000-7000-8000-000000000000", status: 422, code: "invalid", field: "query.after",
		},
		"a start on a revision beyond all numbers of revisions": {
			method: http.MethodPost, path: sell, body: `{"revision": 3000000000}`, status: 422, code: "invalid", field: "revision",
		},
		"a comparison with a revision beyond all numbers of revisions": {
			method: http.MethodGet, path: "/api/v1/packs/shop/changes?to=3000000000", status: 422, code: "invalid", field: "query.to",
		},
		"a comparison of files with a revision beyond all numbers of revisions": {
			method: http.MethodPost, path: "/api/v1/changes", body: `{"files": {"pack": ""}, "from": 3000000000}`, status: 422, code: "invalid", field: "from",
		},
		"a move to a revision beyond all numbers of revisions": {
			method: http.MethodPost, path: "/api/v1/packs/shop/migrations", body: `{"from": 1, "to": 3000000000}`, status: 422, code: "invalid", field: "to",
		},
		"an act on a revision beyond all numbers of revisions": {
			method: http.MethodPost, path: "/api/v1/acts", body: `{"act": "pause", "select": {"revision": 3000000000}}`, status: 422, code: "invalid", field: "select.revision",
		},
		"an act at a wait beyond all numbers of waits": {
			method: http.MethodPost, path: "/api/v1/instances/" + id.String() + "/acts", body: `{"act": "retry", "wait": 9223372036854775808}`, status: 422, code: "invalid", field: "body",
		},
		"an act on many after a cursor that is no id": {
			method: http.MethodPost, path: "/api/v1/acts", body: `{"act": "pause", "select": {}, "after": "yesterday"}`, status: 422, code: "invalid", field: "after",
		},
		"an act on instances whose ids are none": {
			method: http.MethodPost, path: "/api/v1/acts", body: `{"act": "pause", "select": {"instances": ["SO-1"]}}`, status: 422, code: "invalid", field: "select.instances[0]",
		},
		"a body in bytes that are no text": {
			method: http.MethodPut, path: "/api/v1/people/wang", body: "{\"name\": \"Wa\xffng\", \"roles\": []}", status: 400, code: "invalid", field: "body",
		},
		"a body that says something twice": {
			method: http.MethodPut, path: "/api/v1/people/wang", body: `{"name": "Wang", "name": "Li", "roles": []}`, status: 400, code: "invalid", field: "body",
		},
		"a body that says something twice within": {
			method: http.MethodPost, path: "/api/v1/acts", body: `{"act": "pause", "select": {"instances": [], "pack": "shop", "pack": "tiny"}}`, status: 400, code: "invalid", field: "body",
		},
		"a body with a member in other letters": {
			method: http.MethodPut, path: "/api/v1/people/wang", body: `{"name": "Wang", "Name": "Li", "roles": []}`, status: 422, code: "invalid", field: "Name",
		},
		"a body with a number beyond all numbers": {
			method: http.MethodPost, path: sell, body: `{"input": {"number": "SO-2", "quantity": 1e400}}`, status: 400, code: "invalid", field: "body",
		},
		"a request without its body": {
			method: http.MethodPut, path: "/api/v1/people/wang", status: 400, code: "invalid", field: "body",
		},
		"a body that is too large": {
			method: http.MethodPut, path: "/api/v1/people/wang", body: `{"name": "` + strings.Repeat("a", 1<<20) + `", "roles": []}`,
			status: 413, code: "request_entity_too_large", field: "body",
		},
		"a filter that nobody knows": {
			method: http.MethodGet, path: "/api/v1/instances?prozess=sell", status: 422, code: "invalid", field: "query.prozess",
		},
		"a filter that is written wrongly": {
			method: http.MethodGet, path: "/api/v1/instances?key=100%", status: 400, code: "invalid", field: "query",
		},
		"a filter that is cut at a semicolon": {
			method: http.MethodGet, path: "/api/v1/instances?key=SO-1;SO-2", status: 400, code: "invalid", field: "query",
		},
		"a person with a skill without a name": {
			method: http.MethodPut, path: "/api/v1/people/wang", body: `{"name": "Wang", "roles": [], "skills": [""]}`, status: 422, code: "invalid", field: "skills",
		},
		"a person whose id no header can carry": {
			method: http.MethodPut, path: "/api/v1/people/%20wang", body: `{"name": "Wang", "roles": []}`, status: 422, code: "invalid", field: "path.id",
		},
		"a person of another id than the address says": {
			method: http.MethodPut, path: "/api/v1/people/wang", body: `{"id": "li.wei", "name": "Wang", "roles": []}`, status: 422, code: "invalid", field: "id",
		},
		"a limit beyond the largest": {
			method: http.MethodGet, path: "/api/v1/instances?limit=5000", status: 422, code: "invalid", field: "query.limit",
		},
		"a pack with findings": {
			method: http.MethodPost, path: "/api/v1/packs", body: `{"files": {"pack.yaml": "name: shop\nindustry: test\ntitle: Shop\ncurrency: CNY\ncolour: red\n"}}`, status: 422, code: "findings", field: "pack.yaml:5:1",
		},
		"an instance that is not there": {
			method: http.MethodGet, path: "/api/v1/instances/01980000-0000-7000-8000-000000000000", status: 404, code: "not_found",
		},
		"an address that is not there": {
			method: http.MethodGet, path: "/api/v1/nowhere", status: 404, code: "not_found",
		},
		"a method that the address has not": {
			method: http.MethodDelete, path: "/api/v1/packs", status: 405, code: "method_not_allowed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.ask(c.method, c.path, c.body, "Waybill-As", c.by)
			p := got.problem(b)
			require.Equal(t, c.status, p.Status, string(got.body))
			require.Equal(t, c.code, p.Code, string(got.body))
			if c.field == "" {
				return
			}
			require.NotEmpty(t, p.Errors, string(got.body))
			require.Equal(t, c.field, p.Errors[0].Field, string(got.body))
			require.NotEmpty(t, p.Errors[0].Message)
		})
	}
	require.Equal(t, inbox, b.count("inbox"), "nothing was committed")
	require.Equal(t, 1, b.count("instances"))
	require.Equal(t, 1, b.count("revisions"))
	require.Empty(t, b.log.String(), "a mistake of the caller is no failure of the server")
}

func TestACompletionThatComesTooLateChangesNothing(t *testing.T) {
	b := newBench(t)
	id := b.start("SO-1")
	task := "/api/v1/tasks/" + b.task(id).ID.String() + "/complete"
	body := `{"outcome": "agreed", "form": {"packed": 2}}`
	as[api.Taken](b, b.ask(http.MethodPost, task, body, "Waybill-As", "li.wei"), http.StatusOK)
	before := as[items[api.Entry]](b, b.get("/api/v1/instances/"+id.String()+"/history"), http.StatusOK)
	inbox := b.count("inbox")

	p := b.ask(http.MethodPost, task, body, "Waybill-As", "li.wei").problem(b)
	require.Equal(t, http.StatusConflict, p.Status)
	require.Equal(t, "stale", p.Code)
	require.Equal(t, inbox, b.count("inbox"))
	require.Equal(t, before, as[items[api.Entry]](b, b.get("/api/v1/instances/"+id.String()+"/history"), http.StatusOK))
}

func TestTheDetailOfAFailureStaysInTheLog(t *testing.T) {
	b := newBench(t)
	id := b.start("SO-1")
	b.host.Store().Close()
	p := b.get("/api/v1/instances/" + id.String()).problem(b)
	require.Equal(t, http.StatusInternalServerError, p.Status)
	require.NotContains(t, p.Detail, "pool")
	require.Contains(t, b.log.String(), "closed pool")
	_, incident, found := strings.Cut(p.Detail, "under ")
	require.True(t, found)
	require.Contains(t, b.log.String(), incident)
}

func TestARequestWhoseStatementsCannotEvenBePreparedIsAnsweredInTime(t *testing.T) {
	b := newBench(t)
	altering, err := pgx.ConnectConfig(t.Context(), b.host.Store().Pool.Config().ConnConfig)
	require.NoError(t, err)
	defer altering.Close(context.Background())
	held, err := altering.Begin(t.Context())
	require.NoError(t, err)
	_, err = held.Exec(t.Context(), `lock table revisions, inbox in access exclusive mode`)
	require.NoError(t, err)
	b.host.Store().Pool.Reset() // connections that know no statement yet

	begun := time.Now()
	p := b.ask(http.MethodPost, sell, `{"input": {"number": "SO-1", "quantity": 2}}`, "Waybill-As", "li.wei").problem(b)
	require.Less(t, time.Since(begun), api.Patience)
	require.Equal(t, http.StatusServiceUnavailable, p.Status)
	require.NoError(t, held.Rollback(t.Context()))
	b.start("SO-1")
}

func TestEveryValueThatIsWrongIsNamed(t *testing.T) {
	b := newBench(t)
	p := b.ask(http.MethodPost, "/api/v1/packs/shop/processes/sell/instances", `{"input": {"quantity": "two", "nummer": "SO-1"}}`).problem(b)
	require.Equal(t, "3 values are wrong", p.Detail)
	fields := map[string]string{}
	for _, e := range p.Errors {
		fields[e.Field] = e.Message
	}
	require.Equal(t, map[string]string{
		"input.number":   "missing; it must be a text",
		"input.quantity": `"two": not a number`,
		"input.nummer":   `unknown field; did you mean "number"?`,
	}, fields)
	p = b.ask(http.MethodPost, "/api/v1/packs/shops/processes/sell/instances", `{}`).problem(b)
	require.Equal(t, `pack "shops" is not deployed; did you mean "shop"?`, p.Detail)
}

func TestAMistakeInAScenarioTestKeepsAPackFromBeingDeployed(t *testing.T) {
	b := newBench(t)
	files := `{"pack.yaml": "name: tiny\ncurrency: CNY\n", "wave.test.yaml": "tests: wave\ncases: []\n"}`
	for _, body := range []string{`{"files": ` + files + `}`, `{"files": ` + files + `, "propose": true}`} {
		p := b.ask(http.MethodPost, "/api/v1/packs", body, "Waybill-As", "li.wei").problem(b)
		require.Equal(t, "findings", p.Code)
		require.Equal(t, "wave.test.yaml:1:8", p.Errors[0].Field)
		require.Equal(t, "unknown-process", p.Errors[0].Code)
	}
	require.NotContains(t, string(b.get("/api/v1/packs").body), "tiny")
}
