package api_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"waybill/api"
)

// shopFolder holds the pack that every test has deployed.
const shopFolder = "testdata/shop"

// shopWith returns a body with the files of the shop, some of their text replaced, and further members.
func shopWith(t *testing.T, members map[string]any, replace ...string) string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(shopFolder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(shopFolder + "/" + name)
		files[name] = strings.NewReplacer(replace...).Replace(string(text))
		return err
	}))
	body := map[string]any{"files": files}
	for name, v := range members {
		body[name] = v
	}
	text, err := json.Marshal(body)
	require.NoError(t, err)
	return string(text)
}

// renamed calls the first task of the shop otherwise.
func renamed() []string { return []string{"task: agree", "task: confirm", "agree.", "confirm."} }

type movements struct {
	Items []api.Movement `json:"items"`
	Total int            `json:"total"`
	Next  string         `json:"next"`
}

type acted struct {
	Items []api.ActedOn `json:"items"`
	Total int           `json:"total"`
	Next  string        `json:"next"`
}

func TestRunningInstancesMoveToANewRevisionPageByPage(t *testing.T) {
	b := newBench(t)
	first, second := b.start("SO-1"), b.start("SO-2")
	would := as[api.Changes](b, b.ask(http.MethodPost, "/api/v1/changes", shopWith(t, nil, renamed()...)), http.StatusOK)
	require.Equal(t, 1, would.From)
	require.Equal(t, "renamed?", string(would.Items[0].How))
	deployed := as[api.Revision](b, b.ask(http.MethodPost, "/api/v1/packs", shopWith(t, nil, renamed()...), "Waybill-As", "li.wei"), http.StatusCreated)
	require.Equal(t, would.Items, deployed.Changes, "deploying shows the same")
	require.Equal(t, would.Items, as[api.Changes](b, b.get("/api/v1/packs/shop/changes"), http.StatusOK).Items)

	move := func(body string) movements {
		t.Helper()
		return as[movements](b, b.ask(http.MethodPost, "/api/v1/packs/shop/migrations", body, "Waybill-As", "olga"), http.StatusOK)
	}
	cannot := move(`{"from": 1, "to": 2, "process": "sell"}`)
	require.Equal(t, 2, cannot.Total)
	require.Equal(t, "cannot", cannot.Items[0].State)
	require.Equal(t, "step_gone", cannot.Items[0].Reasons[0].Code)
	page := move(`{"from": 1, "to": 2, "map": {"agree": "confirm"}, "dry_run": true, "limit": 1}`)
	require.Equal(t, "can", page.Items[0].State)
	require.Contains(t, page.Items[0].Steps, api.Placed{Wait: 3, Step: "agree", To: "confirm", Fate: "reopened"})
	page = move(`{"from": 1, "to": 2, "map": {"agree": "confirm"}, "limit": 1, "reason": "a clearer name"}`)
	require.Equal(t, "moved", page.Items[0].State)
	require.Equal(t, first, page.Items[0].Instance)
	page = move(`{"from": 1, "to": 2, "map": {"agree": "confirm"}, "limit": 1, "after": "` + page.Next + `"}`)
	require.Equal(t, second, page.Items[0].Instance)
	require.Empty(t, move(`{"from": 1, "to": 2}`).Items, "asked again, nothing is left")
	there := move(`{"from": 1, "to": 2, "instances": ["` + first.String() + `"]}`)
	require.Equal(t, "there", there.Items[0].State)

	listed := as[items[api.DeployedRevision]](b, b.get("/api/v1/packs/shop/revisions"), http.StatusOK).Items
	require.Equal(t, []int{2, 2, 1, 0}, []int{listed[0].Revision, listed[0].Running, listed[1].Revision, listed[1].Running})
	require.Equal(t, "confirm", b.task(first).Step)
}

func TestAnOperatorActsOnManyInstancesAndSeesFirstWhatWouldHappen(t *testing.T) {
	b := newBench(t)
	first := b.start("SO-1")
	b.start("SO-2")
	path := "/api/v1/instances/" + first.String() + "/acts"
	seen := as[api.Acted](b, b.ask(http.MethodPost, path, `{"act": "move", "step": "goods", "dry_run": true}`), http.StatusOK)
	require.Equal(t, "foreseen", seen.State)
	require.Equal(t, "agree", seen.Would.Withdrawn[0].Step)
	require.Equal(t, "message", seen.Would.Opened[0].For)
	as[api.Acted](b, b.ask(http.MethodPost, path, `{"act": "move", "step": "goods", "reason": "by phone"}`, "Waybill-As", "olga"), http.StatusOK)
	p := b.ask(http.MethodPost, path, `{"act": "move", "step": "agree"}`).problem(b)
	require.Equal(t, "not_reachable", p.Code)

	batch := func(body string) acted {
		t.Helper()
		return as[acted](b, b.ask(http.MethodPost, "/api/v1/acts", body, "Waybill-As", "olga"), http.StatusOK)
	}
	page := batch(`{"act": "leave_out", "select": {"process": "sell", "step": "agree"}, "data": {"outcome": "agreed"}, "dry_run": true}`)
	require.Equal(t, 1, page.Total, "only one is at that step")
	require.Equal(t, "foreseen", page.Items[0].State)
	require.Equal(t, "SO-2", page.Items[0].Key)
	page = batch(`{"act": "leave_out", "select": {"process": "sell", "step": "agree"}, "data": {"outcome": "agreed"}}`)
	require.Equal(t, "accepted", page.Items[0].State)
	page = batch(`{"act": "retry", "select": {"process": "sell"}, "limit": 1}`)
	require.Equal(t, "nothing", page.Items[0].State)
	require.NotEmpty(t, page.Next)
	page = batch(`{"act": "repeat", "step": "agree", "select": {"instances": ["` + first.String() + `"]}}`)
	require.Equal(t, "refused", page.Items[0].State)
	require.Equal(t, "not_reachable", page.Items[0].Code)
}

func TestAProposalBecomesARevisionOnceSomebodyElseApproves(t *testing.T) {
	b := newBench(t)
	proposed := as[api.Revision](b, b.ask(http.MethodPost, "/api/v1/packs", shopWith(t, map[string]any{"propose": true}, renamed()...), "Waybill-As", "li.wei"), http.StatusCreated)
	require.Equal(t, "proposed", proposed.State)
	require.NotEmpty(t, proposed.Changes)
	require.Len(t, as[items[api.DeployedRevision]](b, b.get("/api/v1/packs/shop/revisions"), http.StatusOK).Items, 1)
	path := "/api/v1/proposals/" + proposed.Proposal.String()
	require.Equal(t, proposed.Changes, as[api.Proposal](b, b.get(path), http.StatusOK).Changes)
	p := b.ask(http.MethodPost, path+"/decision", `{"decision": "approve"}`, "Waybill-As", "li.wei").problem(b)
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Equal(t, "not_by", p.Code)
	approved := as[api.Proposal](b, b.ask(http.MethodPost, path+"/decision", `{"decision": "approve"}`, "Waybill-As", "wang"), http.StatusOK)
	require.Equal(t, 2, approved.Revision)
	p = b.ask(http.MethodPost, path+"/decision", `{"decision": "reject"}`, "Waybill-As", "wang").problem(b)
	require.Equal(t, "closed", p.Code)
	require.Len(t, as[items[api.Proposal]](b, b.get("/api/v1/proposals"), http.StatusOK).Items, 1)
	require.Equal(t, http.StatusNotFound, b.get("/api/v1/proposals/"+uuid.NewString()).status)
}

func TestWhereDeploysNeedASecondPersonNobodyDeploysAlone(t *testing.T) {
	b := newBench(t, func(o *api.Options) { o.Approval = true })
	deployed := as[api.Revision](b, b.ask(http.MethodPost, "/api/v1/packs", shopWith(t, nil, renamed()...), "Waybill-As", "li.wei"), http.StatusCreated)
	require.Equal(t, "proposed", deployed.State)
	require.Len(t, as[items[api.DeployedRevision]](b, b.get("/api/v1/packs/shop/revisions"), http.StatusOK).Items, 1)
	p := b.ask(http.MethodPost, "/api/v1/packs", shopWith(t, nil, renamed()...)).problem(b)
	require.Equal(t, "unknown_person", p.Code, "nobody proposed it, so nobody could be another person")
}
