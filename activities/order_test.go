package activities_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"waybill/activities"
)

func TestInstancesThatLockTheSameRowsInOppositeOrderAllGetThrough(t *testing.T) {
	b := newBench(t)
	var group errgroup.Group
	const each = 20
	for _, rows := range []map[string]any{{"one": "a", "two": "b"}, {"one": "b", "two": "a"}} {
		for range each {
			id := b.start("rows", rows)
			group.Go(func() error {
				for {
					out, err := b.Turn(context.Background(), activities.TurnInput{Tenant: b.tenant, Instance: id})
					if err != nil {
						return err
					}
					if out.Done {
						return nil
					}
				}
			})
		}
	}
	require.NoError(t, group.Wait(), "no deadlock and no lock that is held too long")
	require.Equal(t, 2*each*3, query[int](b, `select sum(n) from bench_rows`))
}
