package store_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

func TestEachChangeOfASettingTellsWhatItWasBefore(t *testing.T) {
	b := newBench(t)
	change := func(ctx context.Context, tx pgx.Tx, to, by string) error {
		return store.ChangeSetting(ctx, tx, "bikes", store.Setting{Name: "limit", Value: []byte(to)}, by)
	}
	second := make(chan error, 1)
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		err := change(ctx, tx, "1", "li.wei")
		go func() {
			second <- b.InTenant(ctx, b.tenant, func(tx pgx.Tx) error { return change(ctx, tx, "2", "wu.fang") })
		}()
		b.waitForLock(t)
		return err
	}))
	require.NoError(t, <-second)
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select by || ': ' || coalesce(before::text, 'nothing') || ' to ' || after::text from setting_changes order by position`)
		if err != nil {
			return err
		}
		told, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.Equal(t, []string{"li.wei: nothing to 1", "wu.fang: 1 to 2"}, told)
		return err
	}))
}
