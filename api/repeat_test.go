package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/api"
)

func TestTheSameIdempotencyKeyIsDoneOnce(t *testing.T) {
	b := newBench(t)
	body := `{"input": {"number": "SO-1", "quantity": 2}}`
	first := as[api.Taken](b, b.ask(http.MethodPost, sell, body, "Idempotency-Key", "k-1"), http.StatusCreated)
	require.False(t, first.Repeated)
	again := as[api.Taken](b, b.ask(http.MethodPost, sell, body, "Idempotency-Key", "k-1"), http.StatusCreated)
	require.True(t, again.Repeated)
	require.Equal(t, first.Instance, again.Instance)
	require.Equal(t, first.Inbox, again.Inbox)
	require.Equal(t, 1, b.count("instances"))

	p := b.ask(http.MethodPost, sell, `{"input": {"number": "SO-2", "quantity": 2}}`, "Idempotency-Key", "k-1").problem(b)
	require.Equal(t, http.StatusConflict, p.Status)
	require.Equal(t, "idempotency_key_reused", p.Code)
	require.Equal(t, "header.Idempotency-Key", p.Errors[0].Field)
	require.Equal(t, 1, b.count("instances"))

	done := `{"outcome": "agreed", "form": {"packed": 2}}`
	task := "/api/v1/tasks/" + b.task(first.Instance).ID.String() + "/complete"
	as[api.Taken](b, b.ask(http.MethodPost, task, done, "Waybill-As", "li.wei", "Idempotency-Key", "k-2"), http.StatusOK)
	repeated := as[api.Taken](b, b.ask(http.MethodPost, task, done, "Waybill-As", "li.wei", "Idempotency-Key", "k-2"), http.StatusOK)
	require.True(t, repeated.Repeated, "the task is closed by now, and that is no mistake of who repeats")

	message := `{"message": "goods.arrived", "key": "SO-1", "with": {"quantity": 2}}`
	sent := as[api.Delivered](b, b.ask(http.MethodPost, "/api/v1/messages", message, "Idempotency-Key", "k-3"), http.StatusOK)
	require.Equal(t, "k-3", sent.ID)
	twice := as[api.Delivered](b, b.ask(http.MethodPost, "/api/v1/messages", message, "Idempotency-Key", "k-3"), http.StatusOK)
	require.True(t, twice.Repeated)
	require.Equal(t, 1, b.count("messages"))
}

func TestAMessageThatNobodyWaitsForIsKept(t *testing.T) {
	b := newBench(t)
	message := `{"message": "goods.arrived", "key": "SO-1", "id": "d-1", "with": {"quantity": 2}}`
	kept := as[api.Delivered](b, b.ask(http.MethodPost, "/api/v1/messages", message), http.StatusAccepted)
	require.Equal(t, api.Delivered{ID: "d-1", State: "kept"}, kept)

	id := b.start("SO-1")
	task := "/api/v1/tasks/" + b.task(id).ID.String() + "/complete"
	as[api.Taken](b, b.ask(http.MethodPost, task, `{"outcome": "agreed", "form": {"packed": 2}}`, "Waybill-As", "li.wei"), http.StatusOK)
	require.Equal(t, "ended", as[api.InstanceView](b, b.get("/api/v1/instances/"+id.String()), http.StatusOK).Status)
}

func TestWhatNoTurnHasTakenIsPendingNotLost(t *testing.T) {
	b := newBench(t)
	b.asleep = true
	begun := time.Now()
	got := b.ask(http.MethodPost, sell, `{"input": {"number": "SO-1", "quantity": 2}}`)
	taken := as[api.Taken](b, got, http.StatusAccepted)
	require.Equal(t, "pending", taken.State)
	require.Less(t, time.Since(begun), 2*api.Patience)
	require.Equal(t, "created", as[api.InstanceView](b, b.get("/api/v1/instances/"+taken.Instance.String()), http.StatusOK).Status)
	row := "/api/v1/inbox/" + taken.Inbox.String()
	require.Equal(t, "pending", as[api.Taken](b, b.get(row), http.StatusAccepted).State)

	b.asleep = false
	require.NoError(t, b.Poke(t.Context(), b.tenant, activities.Receipt{Instance: taken.Instance, Inbox: taken.Inbox}))
	require.Equal(t, "accepted", as[api.Taken](b, b.get(row), http.StatusOK).State)
}

func TestHealthSaysWhatIsAway(t *testing.T) {
	b := newBench(t)
	require.Equal(t, api.Health{Status: "ok", Version: "test"}, as[api.Health](b, b.get("/api/v1/health"), http.StatusOK))
	b.ready = errors.New("temporal does not answer")
	away := as[api.Health](b, b.get("/api/v1/health"), http.StatusServiceUnavailable)
	require.Equal(t, "temporal does not answer", away.Detail)
}

func TestAPackIsDeployedOnceForEachContent(t *testing.T) {
	b := newBench(t)
	body := `{"files": {"pack.yaml": "name: tiny\nindustry: test\ntitle: Tiny\ncurrency: CNY\n"}}`
	first := as[api.Revision](b, b.ask(http.MethodPost, "/api/v1/packs", body, "Waybill-As", "li.wei"), http.StatusCreated)
	require.True(t, first.New)
	require.Equal(t, 1, first.Number)
	again := as[api.Revision](b, b.ask(http.MethodPost, "/api/v1/packs", body), http.StatusCreated)
	require.False(t, again.New)
	require.Equal(t, first.Hash, again.Hash)
	packs := as[items[api.Revision]](b, b.get("/api/v1/packs"), http.StatusOK)
	require.Len(t, packs.Items, 2)
	require.Equal(t, "tiny", packs.Items[1].Pack)
}

func TestAProcessIsStartedByTheRolesOfItsStartOnly(t *testing.T) {
	b := newBench(t)
	order := `{"input": {"number": "SO-1", "quantity": 2}}`
	for by, why := range map[string]string{
		"wang":   "sell is started by the role sales, which wang has not",
		"nobody": `nobody is called "nobody"`,
	} {
		p := b.ask(http.MethodPost, sell, order, "Waybill-As", by).problem(b)
		require.Equal(t, http.StatusForbidden, p.Status, by)
		require.Equal(t, []api.ProblemField{{Field: "header.Waybill-As", Message: why}}, p.Errors)
	}
	require.Zero(t, b.count("instances"))
	as[api.Taken](b, b.ask(http.MethodPost, sell, order, "Waybill-As", "li.wei"), http.StatusCreated)
	other := strings.Replace(order, "SO-1", "SO-2", 1)
	as[api.Taken](b, b.ask(http.MethodPost, sell, other), http.StatusCreated) // a system, in nobody's name
}
