package engine

import "waybill/definitions"

// set gives process data new values. All formulas see the data as it was before the step. Where that appends
// to the list of an each that is closed, it raises closed and sets nothing.
func (r *run) set(strand *Node, step *definitions.Step, spec *definitions.Set) error {
	given := make(map[string]any, len(spec.Values))
	for _, a := range spec.Values {
		v, err := r.eval(a.Value, strand)
		if err != nil {
			return err
		}
		given[a.Name] = v
	}
	if err := r.closedBy(strand, given); err != nil {
		return err
	}
	for _, a := range spec.Values {
		r.yield(strand, a.Name, given[a.Name])
	}
	n := r.instant(strand, step)
	r.record(FactFinished, n.ID, step.ID, map[string]any{"set": given})
	r.finished(&n, strand, step)
	return nil
}
