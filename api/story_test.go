package api_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"waybill/api"
)

func TestAnOrderGoesFromStartToEndOverHTTP(t *testing.T) {
	b := newBench(t)
	id := b.start("SO-1")

	view := as[api.InstanceView](b, b.get("/api/v1/instances/"+id.String()), http.StatusOK)
	require.Equal(t, "running", view.Status)
	require.Equal(t, "SO-1", view.Key)
	require.Equal(t, []api.Stage{
		{Stage: "check", Title: map[string]string{"en": "Check", "zh-CN": "检查"}, Status: "open"},
		{Stage: "goods", Title: map[string]string{"en": "Goods", "zh-CN": "货物"}, Status: "ahead"},
	}, view.Progress)
	require.Len(t, view.Open, 1)
	require.Equal(t, "task", view.Open[0].For)
	require.Equal(t, api.StepName{Title: map[string]string{"en": "Agree", "zh-CN": "同意"}, Kind: "task"}, view.Open[0].StepName)
	require.Equal(t, []string{"sales"}, view.Open[0].Roles)

	mine := as[items[api.Task]](b, b.get("/api/v1/tasks?person=li.wei"), http.StatusOK)
	require.Len(t, mine.Items, 1)
	require.JSONEq(t, `[{"name": "number", "title": {}, "value": "SO-1"}, {"name": "quantity", "title": {}, "value": 2}]`, string(mine.Items[0].Show))
	require.Empty(t, as[items[api.Task]](b, b.get("/api/v1/tasks?person=wang"), http.StatusOK).Items)

	task := "/api/v1/tasks/" + mine.Items[0].ID.String()
	taken := as[api.Taken](b, b.ask(http.MethodPost, task+"/claim", "", "Waybill-As", "li.wei"), http.StatusOK)
	require.Equal(t, "accepted", taken.State)
	require.Equal(t, "li.wei", as[api.Task](b, b.get(task), http.StatusOK).Assignee)
	as[api.Taken](b, b.ask(http.MethodPost, task+"/release", "", "Waybill-As", "li.wei"), http.StatusOK)
	require.Empty(t, as[api.Task](b, b.get(task), http.StatusOK).Assignee)
	as[api.Taken](b, b.ask(http.MethodPost, task+"/complete", `{"outcome": "agreed", "form": {"packed": 2}}`, "Waybill-As", "li.wei"), http.StatusOK)

	sent := as[api.Delivered](b, b.ask(http.MethodPost, "/api/v1/messages",
		`{"message": "goods.arrived", "key": "SO-1", "with": {"quantity": 2}}`), http.StatusOK)
	require.Equal(t, api.Delivered{ID: sent.ID, State: "accepted", Instance: id, Inbox: sent.Inbox}, sent)

	view = as[api.InstanceView](b, b.get("/api/v1/instances/"+id.String()), http.StatusOK)
	require.Equal(t, "ended", view.Status)
	require.Equal(t, "sold", view.Outcome)
	require.Contains(t, string(view.Data), `"packed":2`)
	require.Contains(t, string(view.Data), `"goods":{"quantity":2}`)
}

func TestAnInstanceThatStandsStillIsFoundWithItsReason(t *testing.T) {
	b := newBench(t)
	b.start("SO-1")
	started := b.ask(http.MethodPost, "/api/v1/packs/shop/processes/share/instances", `{"input": {"number": "SH-1", "among": 0}}`)
	id := as[api.Taken](b, started, http.StatusCreated).Instance

	still := as[items[api.Instance]](b, b.get("/api/v1/instances?incident=true"), http.StatusOK)
	require.Len(t, still.Items, 1)
	require.Equal(t, "SH-1", still.Items[0].Key)
	trace := as[api.Trace](b, b.get("/api/v1/instances/"+id.String()+"/trace"), http.StatusOK)
	require.Len(t, trace.Instances[0].Problems, 1)
	problem := trace.Instances[0].Problems[0]
	require.Equal(t, "formula", problem.Code)
	require.Contains(t, problem.Text, "zero")
	require.Equal(t, "set", problem.Kind, "the step has neither a title nor a name of its own")
	require.Equal(t, "operator", trace.Instances[0].Open[0].For)
}

func TestTheHistoryIsReadPageByPage(t *testing.T) {
	b := newBench(t)
	id := b.start("SO-1").String()
	all := as[items[api.Entry]](b, b.get("/api/v1/instances/"+id+"/history"), http.StatusOK)
	require.Greater(t, len(all.Items), 2)
	require.Empty(t, all.Next)
	var paged []api.Entry
	after := "0"
	for after != "" {
		page := as[items[api.Entry]](b, b.get("/api/v1/instances/"+id+"/history?limit=2&after="+after), http.StatusOK)
		require.LessOrEqual(t, len(page.Items), 2)
		paged = append(paged, page.Items...)
		after = page.Next
	}
	require.Equal(t, all.Items, paged)
	require.Equal(t, "instance.started", paged[0].What)
	require.Equal(t, "li.wei", paged[0].By)
	require.Len(t, paged[0].Hash, 64)
}

func TestListsGoPageByPageWithoutLossOrRepetition(t *testing.T) {
	b := newBench(t)
	want := map[uuid.UUID]bool{}
	for _, number := range []string{"SO-1", "SO-2", "SO-3", "SO-4", "SO-5"} {
		want[b.start(number)] = true
	}
	instances, tasks := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for after, more := "", true; more; {
		page := as[items[api.Instance]](b, b.get("/api/v1/instances?limit=2&open=true&after="+after), http.StatusOK)
		for _, i := range page.Items {
			require.False(t, instances[i.ID])
			instances[i.ID] = true
		}
		after, more = page.Next, page.Next != ""
	}
	require.Equal(t, want, instances)
	for after, more := "", true; more; {
		page := as[items[api.Task]](b, b.get("/api/v1/tasks?limit=2&role=sales&after="+after), http.StatusOK)
		for _, task := range page.Items {
			require.False(t, tasks[task.Instance])
			tasks[task.Instance] = true
		}
		after, more = page.Next, page.Next != ""
	}
	require.Equal(t, want, tasks)
	byKey := as[items[api.Instance]](b, b.get("/api/v1/instances?key=SO-3"), http.StatusOK)
	require.Len(t, byKey.Items, 1)
	require.Equal(t, "SO-3", byKey.Items[0].Key)
}

func TestOperatorsPauseResumeChangeAndCancel(t *testing.T) {
	b := newBench(t)
	id := "/api/v1/instances/" + b.start("SO-1").String()
	act := func(body string) answer {
		return b.ask(http.MethodPost, id+"/acts", body, "Waybill-As", "li.wei")
	}
	status := func() string { return as[api.InstanceView](b, b.get(id), http.StatusOK).Status }
	as[api.Taken](b, act(`{"act": "pause"}`), http.StatusOK)
	require.Equal(t, "paused", status())
	require.Equal(t, "paused", act(`{"act": "pause"}`).problem(b).Code)
	as[api.Taken](b, act(`{"act": "resume"}`), http.StatusOK)
	as[api.Taken](b, act(`{"act": "change", "data": {"packed": 7}}`), http.StatusOK)
	require.Contains(t, string(as[api.InstanceView](b, b.get(id), http.StatusOK).Data), `"packed":7`)
	p := act(`{"act": "change", "data": {"packed": "many"}}`).problem(b)
	require.Equal(t, http.StatusUnprocessableEntity, p.Status)
	require.Equal(t, "bad_data", p.Code)
	as[api.Taken](b, act(`{"act": "cancel", "reason": "the customer left"}`), http.StatusOK)
	require.Equal(t, "ended", status())
	require.Equal(t, http.StatusConflict, act(`{"act": "cancel"}`).problem(b).Status)
}

func TestPeopleAndTheirRolesDecideWhatTheyAreOffered(t *testing.T) {
	b := newBench(t)
	b.start("SO-1")
	offered := func() int {
		return len(as[items[api.Task]](b, b.get("/api/v1/tasks?person=wang"), http.StatusOK).Items)
	}
	require.Zero(t, offered())
	put := b.ask(http.MethodPut, "/api/v1/people/wang", `{"name": "Wang", "roles": ["warehouse", "sales"], "skills": ["forklift"], "superior": "li.wei"}`)
	require.Equal(t, []string{"sales", "warehouse"}, as[api.Person](b, put, http.StatusOK).Roles)
	require.Equal(t, 1, offered())
	people := as[items[api.Person]](b, b.get("/api/v1/people"), http.StatusOK)
	require.Equal(t, []api.Person{
		{ID: "li.wei", Name: "李伟", Roles: []string{"sales"}},
		{ID: "wang", Name: "Wang", Roles: []string{"sales", "warehouse"}, Skills: []string{"forklift"}, Superior: "li.wei"},
	}, people.Items)
	p := b.ask(http.MethodPut, "/api/v1/people/wang", `{"name": "Wang", "roles": [], "superior": "nobody"}`).problem(b)
	require.Equal(t, "unknown_person", p.Code)
	require.Equal(t, "superior", p.Errors[0].Field)
}

func TestATraceTellsOfSubProcessesInTheOrderOfTime(t *testing.T) {
	b := newBench(t)
	got := b.ask(http.MethodPost, "/api/v1/packs/shop/processes/pair/instances", `{"input": {"number": "SO"}}`, "Waybill-As", "li.wei")
	pair := as[api.Taken](b, got, http.StatusCreated).Instance
	one := as[items[api.Instance]](b, b.get("/api/v1/instances?key=SO-1"), http.StatusOK).Items[0].ID
	b.finish(one, "SO-1")
	other := as[items[api.Instance]](b, b.get("/api/v1/instances?key=SO-2"), http.StatusOK).Items[0].ID

	trace := as[api.Trace](b, b.get("/api/v1/instances/"+pair.String()+"/trace"), http.StatusOK)
	require.Len(t, trace.Instances, 3)
	require.Equal(t, pair, trace.Instances[0].ID)
	require.Equal(t, "Pair", trace.Instances[0].Title["en"])
	require.Equal(t, pair, *trace.Instances[1].Parent)
	of := map[uuid.UUID]int{}
	for i, e := range trace.Entries {
		of[e.Instance]++
		require.False(t, i > 0 && e.At.Before(trace.Entries[i-1].At))
		if e.What == "task.opened" {
			require.Equal(t, "同意", e.Title["zh-CN"])
		}
	}
	require.Len(t, of, 3)

	child := "/api/v1/instances/" + other.String() + "/trace"
	require.Len(t, as[api.Trace](b, b.get(child), http.StatusOK).Instances, 1)
	require.Equal(t, as[api.Trace](b, b.get("/api/v1/instances/"+pair.String()+"/trace"), http.StatusOK),
		as[api.Trace](b, b.get(child+"?root=true"), http.StatusOK))
}
