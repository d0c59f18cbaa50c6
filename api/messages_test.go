package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/api"
)

func TestAMessageThatAnInstanceGivesBackIsKeptAndNotRefused(t *testing.T) {
	b := newBench(t)
	id := b.start("SO-1")
	task := "/api/v1/tasks/" + b.task(id).ID.String()
	b.ask(http.MethodPost, task+"/complete", `{"outcome": "agreed", "form": {"packed": 2}}`, "Waybill-As", "li.wei")
	goods := `{"message": "goods.arrived", "key": "SO-1", "with": {"quantity": 2}}`
	b.asleep = true
	first := as[api.Delivered](b, b.ask(http.MethodPost, "/api/v1/messages", goods), http.StatusAccepted)
	require.Equal(t, "pending", first.State)
	b.asleep = false
	second := as[api.Delivered](b, b.ask(http.MethodPost, "/api/v1/messages", goods), http.StatusAccepted)
	require.Equal(t, api.Delivered{ID: second.ID, State: "kept"}, second, "the first one ended the instance")
	require.Equal(t, "sold", as[api.InstanceView](b, b.get("/api/v1/instances/"+id.String()), http.StatusOK).Outcome)
}
