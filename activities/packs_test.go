package activities

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
	"waybill/definitions"
	"waybill/internal/postgrestest"
	"waybill/store"
)

func TestAProcessKeepsOnlyTheRevisionsThatItUsedLast(t *testing.T) {
	s, err := store.Open(t.Context(), postgrestest.New(t, store.Migrate), store.MaxConns(2))
	require.NoError(t, err)
	t.Cleanup(s.Close)
	actions, err := catalogue.New()
	require.NoError(t, err)
	h := New(s, actions, Options{})
	var tenant uuid.UUID
	require.NoError(t, s.Across(t.Context(), func(tx pgx.Tx) (err error) {
		tenant, err = store.AddTenant(t.Context(), tx, "acme")
		return err
	}))
	for i := range 4 {
		_, findings, err := h.Deploy(t.Context(), tenant, fstest.MapFS{
			"pack.yaml": {Data: fmt.Appendf(nil, "name: tiny\ntitle: Tiny %d\ncurrency: CNY\n", i)},
		}, "")
		require.NoError(t, err)
		require.False(t, definitions.HasErrors(findings), "%v", findings)
	}
	kept := newPacks(actions, 2)
	get := func(number int) {
		t.Helper()
		require.NoError(t, s.InTenant(t.Context(), tenant, func(tx pgx.Tx) error {
			pack, err := kept.get(context.Background(), tx, tenant, "tiny", number)
			require.Equal(t, "tiny", pack.Name)
			return err
		}))
	}
	known := func(number int) bool { return kept.known(revision{tenant, "tiny", number}) != nil }
	get(1)
	get(2)
	get(1)
	get(3)
	require.True(t, known(1), "it was used after the second")
	require.False(t, known(2))
	require.True(t, known(3))
	get(2)
	require.True(t, known(2), "it is compiled again")
	require.Len(t, kept.byName, 2)
	require.Len(t, kept.byHash, 2)
	require.Equal(t, 2, kept.used.Len())
	require.Positive(t, kept.source)
}
