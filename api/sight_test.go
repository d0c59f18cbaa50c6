package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"waybill/api"
	"waybill/definitions"
)

// deal is a process of which sales does not see what is finance's.
func (b *bench) deal() uuid.UUID {
	b.Helper()
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"pack.yaml": `
name: deals
title: Deals
currency: CNY
roles: {sales: Sales, finance: Finance, warehouse: Warehouse}
`,
		"deal.process.yaml": `
process: deal
title: Deal
input:
  number: text
  cost: {type: integer, only: [finance]}
outcomes: {done: keep}
data:
  margin: {type: integer, default: 0, only: [finance]}
steps:
  - set:
      margin: = 100000 - cost
  - stage: pricing
    only: [finance]
    steps:
      - run: audit
        with: {number: = number}
  - stage: delivery
    steps:
      - task: agree
        title: Agree
        role: sales
        show: [number, margin]
`,
		"audit.process.yaml": `
process: audit
title: Audit
only: [finance]
input:
  number: text
outcomes: {done: keep}
data:
  noted: optional text
steps:
  - set: {noted: = number}
`,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text[1:])}
	}
	_, findings, err := b.host.Deploy(b.Context(), b.tenant, files, "")
	require.NoError(b, err)
	for _, f := range findings {
		require.NotEqual(b, definitions.Error, f.Severity, f.String())
	}
	as[api.Person](b, b.ask(http.MethodPut, "/api/v1/people/ada", `{"name": "Ada", "roles": ["finance"]}`), http.StatusOK)
	got := b.ask(http.MethodPost, "/api/v1/packs/deals/processes/deal/instances", `{"input": {"number": "SO-1", "cost": 40123}}`)
	return as[api.Taken](b, got, http.StatusCreated).Instance
}

// asked reads a path as a person; "" is a system.
func asked[T any](b *bench, person, path string) T {
	b.Helper()
	return as[T](b, b.ask(http.MethodGet, path, "", "Waybill-As", person), http.StatusOK)
}

func TestAPersonDoesNotSeeWhatIsForOtherRoles(t *testing.T) {
	b := newBench(t)
	path := "/api/v1/instances/" + b.deal().String()
	type seen struct {
		data   string
		stages []string
		steps  int // entries of the history
	}
	look := func(person string) seen {
		view := asked[api.InstanceView](b, person, path)
		s := seen{data: string(view.Data), steps: len(asked[items[api.Entry]](b, person, path+"/history").Items)}
		for _, stage := range view.Progress {
			s.stages = append(s.stages, stage.Stage)
		}
		return s
	}
	whole := look("")
	require.Equal(t, []string{"pricing", "delivery"}, whole.stages)
	require.Equal(t, whole, look("ada"), "finance sees all of it")

	sales := look("li.wei")
	require.Equal(t, []string{"delivery"}, sales.stages)
	require.JSONEq(t, `{"number": "SO-1"}`, sales.data)
	require.Less(t, sales.steps, whole.steps)

	for _, path := range []string{path, path + "/history", path + "/trace"} {
		require.Contains(t, string(b.ask(http.MethodGet, path, "", "Waybill-As", "ada").body), "59877", path)
		require.NotContains(t, string(b.ask(http.MethodGet, path, "", "Waybill-As", "li.wei").body), "59877", path)
		require.NotContains(t, string(b.ask(http.MethodGet, path, "", "Waybill-As", "li.wei").body), "pricing", path)
	}
	require.Contains(t, string(b.get(path+"/history").body), `"cost":40123`)
	require.NotContains(t, string(b.ask(http.MethodGet, path+"/history", "", "Waybill-As", "li.wei").body), `40123`)
	p := b.ask(http.MethodGet, path, "", "Waybill-As", "nobody").problem(b)
	require.Equal(t, "unknown_person", p.Code)
}

func TestAProcessForOtherRolesDoesNotExist(t *testing.T) {
	b := newBench(t)
	deal := b.deal()
	all := asked[items[api.Instance]](b, "ada", "/api/v1/instances").Items
	require.Len(t, all, 2)
	sales := asked[items[api.Instance]](b, "li.wei", "/api/v1/instances").Items
	require.Len(t, sales, 1)
	require.Equal(t, deal, sales[0].ID)
	if all[0].ID == deal {
		all[0] = all[1]
	}
	audit := "/api/v1/instances/" + all[0].ID.String()
	require.Equal(t, http.StatusOK, b.ask(http.MethodGet, audit, "", "Waybill-As", "ada").status)
	for _, path := range []string{audit, audit + "/history", audit + "/trace"} {
		require.Equal(t, http.StatusNotFound, b.ask(http.MethodGet, path, "", "Waybill-As", "li.wei").status, path)
	}
	require.Len(t, asked[api.Trace](b, "ada", "/api/v1/instances/"+deal.String()+"/trace").Instances, 2)
	require.Len(t, asked[api.Trace](b, "li.wei", "/api/v1/instances/"+deal.String()+"/trace").Instances, 1)
}

func TestATaskShowsAPersonOnlyWhatIsForItsRoles(t *testing.T) {
	b := newBench(t)
	b.deal()
	show := func(person, query string) []string {
		var names []string
		for _, task := range asked[items[api.Task]](b, person, "/api/v1/tasks"+query).Items {
			var shown []struct{ Name string }
			require.NoError(t, json.Unmarshal(task.Show, &shown))
			for _, s := range shown {
				names = append(names, task.Step+" "+s.Name)
			}
		}
		return names
	}
	require.Equal(t, []string{"agree number", "agree margin"}, show("", ""))
	require.Equal(t, []string{"agree number", "agree margin"}, show("ada", ""))
	require.Equal(t, []string{"agree number"}, show("li.wei", ""))
	require.Equal(t, []string{"agree number"}, show("", "?person=li.wei"), "whose list it is")
}
