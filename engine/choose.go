package engine

import "waybill/definitions"

// startChoose takes the first branch whose condition holds. Where none does, the step stands still:
// nothing that the analyst did not write is chosen.
func (r *run) startChoose(strand *Node, step *definitions.Step, spec *definitions.Choose) error {
	for i := range spec.Branches {
		holds, err := r.holds(spec.Branches[i].When, strand)
		if err != nil {
			return err
		}
		if !holds {
			continue
		}
		n := r.openStep(strand, step)
		n.Index = i
		r.record(FactChose, n.ID, step.ID, map[string]any{"branch": spec.Branches[i].ID})
		r.push(n)
		return nil
	}
	return &standstill{Code: "no_branch", Text: "no branch's condition holds"}
}
