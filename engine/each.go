package engine

import (
	"slices"

	"waybill/definitions"
)

// startEach starts a round for every item of the list, as many at once as it says.
func (r *run) startEach(strand *Node, step *definitions.Step, spec *definitions.Each) error {
	items, err := r.items(spec, strand)
	if err != nil {
		return err
	}
	n := r.openStep(strand, step)
	n.Fan = &Fan{Total: len(items), Items: items}
	n.Watches = true
	if spec.OpenUntil != nil && !slices.Contains(r.s.Feeds, step.ID) {
		r.s.Feeds = append(slices.Clip(r.s.Feeds), step.ID)
	}
	r.record(FactBegan, n.ID, step.ID, nil)
	r.spread(n)
	return nil
}

func (r *run) items(spec *definitions.Each, at *Node) ([]Item, error) {
	v, err := r.eval(spec.List, at)
	list, _ := v.([]any)
	items := make([]Item, len(list))
	for i, x := range list {
		items[i] = Item{x}
	}
	return items, err
}

// join takes in the items that were appended to the list of an each since it began.
func (r *run) join(n *Node, spec *definitions.Each) error {
	items, err := r.items(spec, n)
	if err != nil || len(items) <= n.Fan.Total || n.Fan.Over {
		return err
	}
	n.updateFan(func(f *Fan) {
		f.Items = append(f.Items[:f.Total:f.Total], items[f.Total:]...)
		f.Total = len(items)
	})
	return nil
}

// staysOpen reports whether an each that ran empty waits for more items.
func (r *run) staysOpen(n *Node) (bool, error) {
	spec, ok := r.step(n).Spec.(*definitions.Each)
	if !ok || spec.OpenUntil == nil {
		return false, nil
	}
	holds, err := r.holds(spec.OpenUntil, n)
	return !holds, err
}

// closedBy returns the business error of giving process data values that append to the list of an each with
// open_until that is over: nobody would do anything about the new items.
func (r *run) closedBy(strand *Node, given map[string]any) error {
	for _, id := range r.s.Feeds {
		spec := r.d.Steps[id].Spec.(*definitions.Each)
		read := slices.ContainsFunc(spec.List.Reads(), func(name string) bool { _, sets := given[name]; return sets })
		if !read || r.isOpen(id) {
			continue
		}
		before, err := r.items(spec, strand)
		if err != nil {
			return err
		}
		r.extra = dataOf(given)
		after, err := r.items(spec, strand)
		r.extra = nil
		if err != nil {
			return err
		}
		if len(after) > len(before) {
			return &BusinessError{Code: definitions.ErrClosed, Text: "nothing takes more items of " + spec.List.Source()}
		}
	}
	return nil
}

// isOpen reports whether a step is open somewhere in the instance.
func (r *run) isOpen(step string) bool {
	return slices.ContainsFunc(r.nodes, func(n *Node) bool { return !n.gone && n.Role == roleStep && n.Step == step })
}
