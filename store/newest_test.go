package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/internal/postgres"
	"waybill/store"
)

// newestPostgres is the newest version that people have; other tests use what is installed, which may be the oldest one.
const newestPostgres = 18

func TestTheSchemaServesOnTheNewestPostgreSQLToo(t *testing.T) {
	t.Parallel()
	server, err := postgres.Start(t.Context(), postgres.Options{
		DataDir: t.TempDir(), Major: newestPostgres, Settings: map[string]string{"fsync": "off"},
	})
	if errors.Is(err, postgres.ErrNotInstalled) {
		t.Skipf("PostgreSQL %d is neither installed nor to be had from the network: %v", newestPostgres, err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop(context.WithoutCancel(t.Context()))) })
	require.NoError(t, server.CreateDatabase(t.Context(), "waybill"))
	require.NoError(t, store.Migrate(t.Context(), server.URL("waybill")))
	opened, err := store.Open(t.Context(), server.URL("waybill"))
	require.NoError(t, err)
	t.Cleanup(opened.Close)
	b := &bench{Store: opened, url: server.URL("waybill")}
	b.tenant = b.addTenant(t, "acme")
	var role, version string
	require.NoError(t, b.InTenant(t.Context(), b.tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(t.Context(), "select current_user, current_setting('server_version')").Scan(&role, &version)
	}))
	require.Equal(t, "waybill_app", role)
	require.Regexp(t, "^18", version)
}
