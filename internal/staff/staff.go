// Package staff plays the people of a company and its outside world against a running server: they
// fill in the open tasks, the customer accepts and pays, the supplier confirms, the carrier delivers.
// It speaks to the server through its HTTP API alone, as people and other systems do.
//
// What somebody decides depends on the seed and on the task alone, so that the same task gets the same
// answer, however often it is asked and whoever is faster.
package staff

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options says whom to play for, and how. Rules and Outside lie over the package's own.
type Options struct {
	URL, Token string
	Seed       uint64
	// Unclaimed is how many of a hundred tasks are done at once, without being claimed before.
	Unclaimed float64
	// AtOnce is how many acts are under way at most; 0: 8.
	AtOnce int
	// Rules say by step how a task is filled in; nil for a step: it is left alone.
	Rules map[string]Rule
	// Outside says by message what the outside world sends; nil for a message: it is never sent.
	Outside map[string]Sender
	// Feeding is closed when nobody starts instances any more; nil: all are started.
	Feeding <-chan struct{}
	// Patience is how long nothing may happen before Run gives up; 0: a minute. The server may be away
	// for as long.
	Patience time.Duration
	// Progress, if there is one, is told after each act. It is called by one goroutine at a time.
	Progress func(Progress)
}

// Progress counts what was done.
type Progress struct {
	Tasks, Messages int
	Last            string // what was done last: the step or message, and for what
}

// ErrStuck reports that instances rest on something that nobody here does.
var ErrStuck = errors.New("nothing moves")

// Staff plays. It is made by New and used by one Run.
type Staff struct {
	o      Options
	api    *client
	people *people

	mu       sync.Mutex
	busy     map[string]bool // tasks and subscriptions under way, or done
	failed   map[string]int  // by task or subscription: how often it was refused
	progress Progress
	last     time.Time // when something was last done
	memory   memory
	acting   atomic.Int64
}

// New makes a staff.
func New(o Options) *Staff {
	if o.AtOnce == 0 {
		o.AtOnce = 8
	}
	if o.Patience == 0 {
		o.Patience = time.Minute
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	rules, outside := defaultRules(), defaultOutside()
	maps.Copy(rules, o.Rules)
	maps.Copy(outside, o.Outside)
	o.Rules, o.Outside = rules, outside
	return &Staff{
		o: o, api: newClient(o.URL, o.Token), busy: map[string]bool{}, failed: map[string]int{}, last: time.Now(), memory: newMemory(),
	}
}

// lookEvery is how often the lists are read while there is nothing new in them.
const lookEvery = 50 * time.Millisecond

// Run plays until every instance has ended. Its error is ErrStuck with a list of what rests on what,
// a refusal that no other try mends, an incident, or the context's.
func (s *Staff) Run(ctx context.Context) error {
	if err := s.meet(ctx); err != nil {
		return err
	}
	group, acting := errgroup.WithContext(ctx)
	group.SetLimit(s.o.AtOnce + 1) // one of them looks
	group.Go(func() error { return s.watch(acting, group) })
	return group.Wait()
}

// meet learns who is there and what they do.
func (s *Staff) meet(ctx context.Context) error {
	var list page[person]
	if err := s.api.get(ctx, "/api/v1/people", nil, &list); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	s.people = newPeople(list.Items)
	return nil
}

// watch looks for open tasks and waits for messages, and has them done.
func (s *Staff) watch(ctx context.Context, group *errgroup.Group) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		found, err := s.look(ctx, group)
		switch {
		case errors.Is(err, errAway):
		case err != nil:
			return err
		case found == 0 && s.acting.Load() == 0:
			over, err := s.over(ctx)
			if over || err != nil {
				return err
			}
		}
		if s.idle() > s.o.Patience {
			return s.stuck(ctx)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// look has done whatever is open and not under way, and returns how much that was.
func (s *Staff) look(ctx context.Context, group *errgroup.Group) (int, error) {
	tasks, err := list[Task](ctx, s.api, "/api/v1/tasks", nil)
	if err != nil {
		return 0, err
	}
	waits, err := s.waits(ctx)
	if err != nil {
		return 0, err
	}
	found := 0
	for i := range tasks {
		t := &tasks[i]
		if rule, known := s.o.Rules[t.Step]; (known && rule == nil) || !s.take(t.ID) {
			continue
		}
		found++
		s.start(group, t.ID, func() error { return s.do(ctx, t) })
	}
	for _, w := range waits {
		if !s.take(w.id()) {
			continue
		}
		found++
		s.start(group, w.id(), func() error { return s.send(ctx, w) })
	}
	return found, nil
}

// start runs an act; it waits while as many as may are under way.
func (s *Staff) start(group *errgroup.Group, id string, act func() error) {
	s.acting.Add(1)
	group.Go(func() error {
		defer s.acting.Add(-1)
		err := act()
		if errors.Is(err, errAgain) {
			s.giveBack(id)
			return nil
		}
		return err
	})
}

// errAgain reports that something is to be looked at again later.
var errAgain = errors.New("again")

func (s *Staff) take(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[id] {
		return false
	}
	s.busy[id] = true
	return true
}

func (s *Staff) giveBack(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, id)
}

// did counts what was done.
func (s *Staff) did(count *int, last string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*count++
	s.progress.Last = last
	s.last = time.Now()
	s.o.Progress(s.progress)
}

func (s *Staff) idle() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.last)
}

// mostRefusals is how often something may be refused before that is the end: what the list showed may
// have been over when the answer came, and somebody else may have to do it.
const mostRefusals = 8

// refused decides what a refusal means: the next look sees the thing as it is then, or it is the end.
func (s *Staff) refused(id, what string, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed[id]++
	if s.failed[id] < mostRefusals {
		return errAgain
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (s *Staff) refusals(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed[id]
}
