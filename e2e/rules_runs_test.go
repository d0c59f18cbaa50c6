package e2e_test

import (
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/google/uuid"
)

// ticks sends ticks to an instance of count or parent, one after the other, and waits for each.
func (d *desk) ticks(instance uuid.UUID, key string, n int) {
	d.Helper()
	before := len(d.notes(instance))
	for i := range n {
		d.tell("tick", key, nil)
		await(d.T, "the tick is noted", func() bool { return len(d.notes(instance)) == before+i+1 })
	}
}

func aChildAcrossRuns(d *desk) {
	parent := d.begin("parent", fields{"name": "family"})
	await(d.T, "the child is there", func() bool {
		return get[int](d, `select count(*) from children where instance = $1`, parent) == 1
	})
	child := get[uuid.UUID](d, `select child from children where instance = $1`, parent)
	d.task(child, "look")
	first := d.run(parent, "Running")
	d.ticks(parent, "family", 12)
	require.NotEqual(d, first, d.run(parent, "Running"))
	d.complete(child, "look", nil)
	d.ends(child, "good")
	d.ends(parent, "done")
	notes := d.notes(parent)
	require.Len(d, notes, 13)
	require.Equal(d, "child good", notes[12])
	require.Equal(d, []string{"looked"}, d.notes(child))
	d.replaysInstance("parent", parent)
	d.replaysInstance("child", child)
	await(d.T, "the runs are listed", func() bool { return d.runCount(parent) >= 3 })
	require.Equal(d, 1, d.runCount(child))
}

func pokesAcrossRuns(d *desk) {
	id := d.begin("count", fields{"name": "pokes"})
	d.task(id, "stop")
	const senders, each, slow = 6, 10, 12
	var group errgroup.Group
	for range senders {
		group.Go(func() error {
			for range each {
				d.tell("tick", "pokes", nil)
			}
			return nil
		})
	}
	require.NoError(d, group.Wait())
	await(d.T, "all ticks are noted", func() bool { return len(d.notes(id)) == senders*each })
	d.ticks(id, "pokes", slow)
	d.complete(id, "stop", nil)
	d.ends(id, "done")
	require.Len(d, d.notes(id), senders*each+slow)
	d.replaysInstance("pokes", id)
	await(d.T, "the runs are listed", func() bool { return d.runCount(id) > slow/5 })
}
