package engine

import "waybill/definitions"

// startEach starts a round for every item of the list, as many at once as it says.
func (r *run) startEach(strand *Node, step *definitions.Step, spec *definitions.Each) error {
	items, err := r.items(spec, strand)
	if err != nil {
		return err
	}
	n := r.openStep(strand, step)
	n.Fan = &Fan{Total: len(items), Items: items}
	n.Watches = true
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
	if err != nil || len(items) <= n.Fan.Total {
		return err
	}
	n.updateFan(func(f *Fan) {
		f.Items = append(f.Items[:f.Total:f.Total], items[f.Total:]...)
		f.Total = len(items)
	})
	return nil
}
