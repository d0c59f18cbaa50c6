package api_test

import (
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/api"
	"waybill/definitions"
)

func TestOperatorsSeeWhoHoldsALockAndWhoWaitsForIt(t *testing.T) {
	b := newBench(t)
	_, findings, err := b.host.Deploy(t.Context(), b.tenant, fstest.MapFS{
		"pack.yaml": {Data: []byte("name: bakery\ntitle: Bakery\ncurrency: CNY\nroles: {sales: Sales}\n")},
		"bake.process.yaml": {Data: []byte(`process: bake
title: Bake
key: = number
input:
  number: text
outcomes: {done: keep}
steps:
  - lock: oven
    steps:
      - task: look
        title: Look
        role: sales
`)},
	}, "")
	require.NoError(t, err)
	require.False(t, definitions.HasErrors(findings), "%v", findings)
	for _, number := range []string{"B-1", "B-2"} {
		as[api.Taken](b, b.ask(http.MethodPost, "/api/v1/packs/bakery/processes/bake/instances", `{"input": {"number": "`+number+`"}}`), http.StatusCreated)
	}
	places := as[items[api.Lock]](b, b.get("/api/v1/locks?name=oven"), http.StatusOK).Items
	require.Len(t, places, 2)
	require.Equal(t, "B-1", places[0].Key)
	require.NotNil(t, places[0].Held)
	require.Equal(t, "B-2", places[1].Key)
	require.Nil(t, places[1].Held)
	view := as[api.InstanceView](b, b.get("/api/v1/instances/"+places[1].Instance.String()), http.StatusOK)
	require.Len(t, view.Open, 1)
	require.Equal(t, "lock", view.Open[0].For)
	require.Equal(t, "oven", view.Open[0].Name)

	task := b.task(places[0].Instance)
	as[api.Taken](b, b.ask(http.MethodPost, "/api/v1/tasks/"+task.ID.String()+"/complete", `{}`, "Waybill-As", "li.wei"), http.StatusOK)
	left := as[items[api.Lock]](b, b.get("/api/v1/locks"), http.StatusOK).Items
	require.Len(t, left, 1)
	require.NotNil(t, left[0].Held, "it is its turn")
	require.Empty(t, as[items[api.Lock]](b, b.get("/api/v1/locks?instance="+places[0].Instance.String()), http.StatusOK).Items)
}
