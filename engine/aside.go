package engine

import (
	"slices"

	"waybill/definitions"
)

// Aside says that the rest of a block runs on beside the process, or beside the compensation it began in.
type Aside struct {
	// Within are the stages that were around it, the outermost first: its errors go to the nearest one
	// still open.
	Within []NodeID `json:"within,omitempty"`
	// Path are all the nodes that were around it, the outermost first; the process is left out.
	Path []NodeID `json:"path,omitempty"`
	// Own are the names of the data that it makes for itself: the round, the event, the handler or the then_each that it
	// began in would have kept them.
	Own []string `json:"own,omitempty"`
	// Handled says that it began in an on_error of the process, so that one does not take its errors.
	Handled bool `json:"handled,omitempty"`
}

// setAside lets the rest of a block run on beside what follows it. It moves to the process, or to the
// compensation it stands in, and takes along the data it sees of the rounds around it.
func (r *run) setAside(n *Node) {
	strand := r.parent(n)
	r.yieldCollected(n)
	r.record(FactAside, n.ID, n.Step, nil)
	r.finished(n, strand, r.step(n))
	base := strand
	for ; base.Parent != 0 && base.Role != roleCompensation; base = r.parent(base) {
		n.Data = n.Data.under(base.Data)
	}
	around := r.around(strand)
	around.Path, around.Own = r.allAround(n), r.ownData(r.step(n), strand, base)
	n.Aside, n.Parent = around, base.ID
	n.updateFan(func(f *Fan) { f.Over = false })
	r.leaveHolds(n, strand)
	r.proceed(strand)
	r.spread(n)
}

// ownData returns the names of the data that the steps in a step make and that is kept between its strand and base.
func (r *run) ownData(step *definitions.Step, strand, base *Node) []string {
	var own []string
	for _, name := range append(yields(step), yieldedByTriggers(step)...) {
		if name != "" && r.owner(strand, name) != base {
			own = append(own, name)
		}
	}
	for block := range step.Blocks() {
		for _, inner := range block {
			own = append(own, r.ownData(inner, strand, base)...)
		}
	}
	slices.Sort(own)
	return slices.Compact(own)
}

// allAround returns the nodes around n, also those of what runs aside, the outermost first, the process left out.
func (r *run) allAround(n *Node) []NodeID {
	var path []NodeID
	for p := r.parent(n); p.Parent != 0; p = r.parent(p) {
		path = append(path, p.ID)
		if p.Aside != nil {
			outer := slices.Clone(p.Aside.Path)
			slices.Reverse(outer)
			path = append(path, outer...)
		}
	}
	slices.Reverse(path)
	return path
}

// around returns what was around a block that runs aside from now on.
func (r *run) around(strand *Node) *Aside {
	a := &Aside{}
	for p := strand; p.Parent != 0; p = r.parent(p) {
		switch {
		case p.Role == roleStep && r.step(p).Kind() == definitions.KindStage:
			a.Within = append(a.Within, p.ID)
		case p.Role == roleHandler && p.Step == "":
			a.Handled = true
		case p.Aside != nil:
			outer := slices.Clone(p.Aside.Within)
			slices.Reverse(outer)
			a.Within = append(a.Within, outer...)
			a.Handled = a.Handled || p.Aside.Handled
		}
	}
	slices.Reverse(a.Within)
	return a
}

// under returns d and those of the outer data whose names d does not have.
func (d Data) under(outer Data) Data {
	for _, x := range outer {
		if _, nearer := d.Get(x.Name); !nearer {
			d = d.With(x.Name, x.Value)
		}
	}
	return d
}

// asideOver closes what ran aside; the process, or the compensation, may have waited for it.
func (r *run) asideOver(n *Node) {
	base := r.parent(n)
	r.record(FactFinished, n.ID, n.Step, nil)
	r.close(n)
	r.baseMayBeOver(base)
}

// baseMayBeOver looks whether the process, or a compensation, waited for something that ran aside in it.
func (r *run) baseMayBeOver(base *Node) {
	if base.Role == roleCompensation {
		r.compensationOver(base)
		return
	}
	r.processOver()
}
