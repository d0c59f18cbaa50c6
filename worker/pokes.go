package worker

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"waybill/activities"
)

// target is an instance to poke, and the row of its inbox that somebody wants to be read.
type target struct {
	tenant uuid.UUID
	activities.Receipt
}

// pokes are the instances that wait to be poked, each once: one poke has all read that its inbox holds.
// Without that, whatever is unread when nobody keeps up is asked for again and again, and those who come
// next wait behind it.
type pokes struct {
	mu     sync.Mutex
	newest map[uuid.UUID]target // by instance
	queue  chan uuid.UUID
}

func newPokes(most int) *pokes {
	return &pokes{newest: map[uuid.UUID]target{}, queue: make(chan uuid.UUID, most)}
}

// add never waits: what the queue does not hold is left out.
func (p *pokes) add(t target) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, waits := p.newest[t.Instance]; waits {
		p.newest[t.Instance] = t
		return
	}
	select {
	case p.queue <- t.Instance:
		p.newest[t.Instance] = t
	default:
	}
}

// next waits for the one that was added first; false: ctx has ended.
func (p *pokes) next(ctx context.Context) (target, bool) {
	select {
	case <-ctx.Done():
		return target{}, false
	case instance := <-p.queue:
		p.mu.Lock()
		defer p.mu.Unlock()
		t := p.newest[instance]
		delete(p.newest, instance)
		return t, true
	}
}
