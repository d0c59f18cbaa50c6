package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/api"
)

func TestASettingChangesForWhatComesAfterIt(t *testing.T) {
	b := newBench(t)
	outcome := func(amount string) string {
		t.Helper()
		taken := as[api.Taken](b, b.ask(http.MethodPost, "/api/v1/packs/shop/processes/weigh/instances", `{"input": {"amount": `+amount+`}}`), http.StatusCreated)
		return as[api.InstanceView](b, b.get("/api/v1/instances/"+taken.Instance.String()), http.StatusOK).Outcome
	}
	require.Equal(t, "big", outcome("150"))
	set := as[api.Setting](b, b.ask(http.MethodPut, "/api/v1/packs/shop/settings/limit", `{"value": 200}`, "Waybill-As", "li.wei"), http.StatusOK)
	require.True(t, set.Changed)
	require.JSONEq(t, `{"amount": 200, "currency": "CNY"}`, string(set.Value))
	require.Equal(t, "small", outcome("150"))
	require.Equal(t, 1, b.count("setting_changes"), "who changed it is recorded")

	listed := as[items[api.Setting]](b, b.get("/api/v1/packs/shop/settings"), http.StatusOK)
	require.Len(t, listed.Items, 1)
	require.Equal(t, set, listed.Items[0])
}

func TestAWrongSettingIsRefusedAndChangesNothing(t *testing.T) {
	b := newBench(t)
	for _, wrong := range []struct {
		situation, path, body string
		status                int
		code, field           string
	}{
		{"an unknown setting", "shop/settings/limits", `{"value": 1}`, http.StatusNotFound, "unknown_setting", "name"},
		{"a value of another type", "shop/settings/limit", `{"value": "much"}`, http.StatusUnprocessableEntity, "invalid", "value"},
		{"an unknown pack", "shops/settings/limit", `{"value": 1}`, http.StatusNotFound, "unknown_pack", "pack"},
	} {
		p := b.ask(http.MethodPut, "/api/v1/packs/"+wrong.path, wrong.body).problem(b)
		require.Equal(t, wrong.status, p.Status, wrong.situation)
		require.Equal(t, wrong.code, p.Code, wrong.situation)
		require.Equal(t, wrong.field, p.Errors[0].Field, wrong.situation)
	}
	require.Zero(t, b.count("setting_changes"))
}
