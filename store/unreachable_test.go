package store_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/internal/postgrestest"
	"waybill/store"
)

func TestADatabaseThatIsOutOfReachIsNamedWithTheReason(t *testing.T) {
	const nowhere = "postgres://clerk:secret@127.0.0.1:1/books"
	_, opened := store.Open(t.Context(), nowhere)
	for _, err := range []error{opened, store.Migrate(t.Context(), nowhere)} {
		require.EqualError(t, err, "database: books at 127.0.0.1:1, as clerk: connect: connection refused")
	}
	known, err := url.Parse(postgrestest.New(t, store.Migrate))
	require.NoError(t, err)
	known.Path = "/ledgers"
	_, err = store.Open(t.Context(), known.String())
	require.ErrorContains(t, err, "database: ledgers at ")
	require.ErrorContains(t, err, `database "ledgers" does not exist`)
}
