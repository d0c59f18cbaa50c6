package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/activities"
)

type countedKey struct{}

// trips counts how often a connection waits for the database on behalf of a marked context: once for
// each query and each batch, however many statements a batch holds.
type trips struct{ n atomic.Int64 }

func (t *trips) wait(ctx context.Context) context.Context {
	if ctx.Value(countedKey{}) != nil {
		t.n.Add(1)
	}
	return ctx
}

// TraceQueryStart implements pgx.QueryTracer.
func (t *trips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return t.wait(ctx)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (t *trips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart implements pgx.BatchTracer.
func (t *trips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return t.wait(ctx)
}

// TraceBatchQuery implements pgx.BatchTracer.
func (t *trips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (t *trips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

const turnsCounted = 50

// roundTrips counts the waits of a turn that takes an instance of the eight-step process from its
// start to its end, history, state and all eight rows included.
func (b *bench) roundTrips(ctx context.Context, r *results) error {
	var counts []int64
	for range turnsCounted {
		receipt, err := b.Host.Start(ctx, b.Tenant, activities.StartRequest{
			Pack: "bench", Process: "write", Input: map[string]any{"run": uuid.NewString()},
		}, activities.Act{})
		if err != nil {
			return err
		}
		before := b.trips.n.Load()
		out, err := b.Host.Turn(context.WithValue(ctx, countedKey{}, true), activities.TurnInput{Tenant: b.Tenant, Instance: receipt.Instance})
		if err != nil {
			return err
		}
		if !out.Done {
			return fmt.Errorf("round trips: one turn did not end the process")
		}
		counts = append(counts, b.trips.n.Load()-before)
	}
	slices.Sort(counts)
	r.add("round_trips_per_turn", float64(counts[len(counts)/2]), "<= 4")
	return nil
}
