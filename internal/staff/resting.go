package staff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// over tells whether every instance has ended. An incident is an error: nobody here mends it.
func (s *Staff) over(ctx context.Context) (bool, error) {
	select {
	case <-s.o.Feeding:
	default:
		if s.o.Feeding != nil {
			return false, nil
		}
	}
	open, err := s.open(ctx)
	if err != nil {
		return false, ignoreAway(err)
	}
	for i := range open {
		if open[i].Incidents > 0 {
			return false, fmt.Errorf("an incident:\n%s", s.resting(ctx, open))
		}
	}
	return len(open) == 0, nil
}

func ignoreAway(err error) error {
	if errors.Is(err, errAway) {
		return nil
	}
	return err
}

// open lists the instances that have not ended.
func (s *Staff) open(ctx context.Context) ([]view, error) {
	return list[view](ctx, s.api, "/api/v1/instances", url.Values{"open": {"true"}})
}

// stuck says what rests on what.
func (s *Staff) stuck(ctx context.Context) error {
	open, err := s.open(ctx)
	if err != nil {
		return fmt.Errorf("%w for %s: %w", ErrStuck, s.o.Patience, err)
	}
	return fmt.Errorf("%w for %s; %d instances are open:\n%s", ErrStuck, s.o.Patience, len(open), s.resting(ctx, open))
}

// mostResting bounds a report.
const mostResting = 40

// resting describes what instances wait for, one line each.
func (s *Staff) resting(ctx context.Context, open []view) string {
	// Those that stand still come first: they are what the reader looks for.
	slices.SortStableFunc(open, func(a, b view) int { return cmp.Compare(min(b.Incidents, 1), min(a.Incidents, 1)) })
	var text strings.Builder
	world := World{s.api}
	for i, o := range open {
		if i == mostResting {
			fmt.Fprintf(&text, "  and %d more\n", len(open)-i)
			break
		}
		v, err := world.view(ctx, o.ID)
		if err != nil {
			fmt.Fprintf(&text, "  %s %s: %v\n", o.Process, o.ID, err)
			continue
		}
		fmt.Fprintf(&text, "  %s %s %s (%s)", v.Process, v.Key, v.ID, v.Status)
		for _, w := range v.Open {
			fmt.Fprintf(&text, "; %s %s", w.Step, strings.Join(strings.Fields(w.For+" "+w.Name+" "+w.Key), " "))
		}
		for _, p := range v.Problems {
			fmt.Fprintf(&text, "; INCIDENT at %s: %s %s", p.Step, p.Code, p.Text)
		}
		text.WriteByte('\n')
	}
	return text.String()
}
