package worker

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"waybill/activities"
)

func TestAnInstanceThatWaitsToBePokedWaitsOnce(t *testing.T) {
	const most = 2
	p := newPokes(most)
	one, two, three := uuid.New(), uuid.New(), uuid.New()
	add := func(instance uuid.UUID) uuid.UUID {
		inbox := uuid.New()
		p.add(target{Receipt: activities.Receipt{Instance: instance, Inbox: inbox}})
		return inbox
	}
	next := func() activities.Receipt {
		found, ok := p.next(t.Context())
		require.True(t, ok)
		return found.Receipt
	}

	add(one)
	second := add(two)
	newest := add(one)
	add(three)
	require.Equal(t, activities.Receipt{Instance: one, Inbox: newest}, next(), "the first one, for what it was asked last")
	third := add(three)
	require.Equal(t, activities.Receipt{Instance: two, Inbox: second}, next())
	require.Equal(t, activities.Receipt{Instance: three, Inbox: third}, next(), "there was no room for it before")
	again := add(one)
	require.Equal(t, activities.Receipt{Instance: one, Inbox: again}, next(), "it had been poked before this row")
	require.Empty(t, p.newest)

	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, ok := p.next(over)
	require.False(t, ok)
}
