package engine

import "waybill/definitions"

// maxDepth is how many sub-processes may stand in each other.
const maxDepth = 20

// Child is a sub-process that was started.
type Child struct {
	// Wait is the wait id of its StartChild: the node that started it.
	Wait    NodeID `json:"wait"`
	Process string `json:"process,omitempty"`
	Latest  bool   `json:"latest,omitempty"`
	Input   Values `json:"input,omitempty"`
	// Undone says that it undid itself before it ended.
	Undone bool `json:"undone,omitempty"`
}

// startChild starts a sub-process. A detached one is over for this instance as soon as it is started.
func (r *run) startChild(strand *Node, step *definitions.Step, spec *definitions.Run) (over bool, err error) {
	input, err := r.values(spec.With, strand)
	if err != nil {
		return false, err
	}
	if r.s.Depth >= maxDepth {
		return false, &standstill{Code: "too_deep", Text: "sub-processes stand too deep in each other"}
	}
	if spec.Detached {
		n := r.instant(strand, step)
		n.Child = &Child{Wait: n.ID, Process: spec.Process, Latest: spec.Latest, Input: input}
		r.do(n.startCommand(r.s.Depth+1, detached))
		n.Child = nil
		r.record(FactFinished, n.ID, step.ID, map[string]any{"process": spec.Process, "with": input, "detached": true})
		r.finished(&n, strand, step)
		return true, nil
	}
	n := r.openStep(strand, step)
	n.Child = &Child{Wait: n.ID, Process: spec.Process, Latest: spec.Latest, Input: input}
	r.record(FactBegan, n.ID, step.ID, map[string]any{"process": spec.Process, "with": input})
	r.do(n.startCommand(r.s.Depth+1, attached))
	return false, nil
}

type bond string

const (
	attached bond = "attached"
	detached bond = "detached"
)

func (n *Node) startCommand(depth int, b bond) StartChild {
	return StartChild{
		Wait: n.ID, Step: n.Step, Process: n.Child.Process, Latest: n.Child.Latest,
		Detached: b == detached, Input: n.Child.Input, Depth: depth,
	}
}

// child returns the node that waits for the sub-process started under a wait id, or nil.
func (r *run) child(wait NodeID) *Node { return childOf(r.nodes, wait) }

func childOf(nodes []*Node, wait NodeID) *Node {
	for _, n := range nodes {
		if n.Child != nil && n.Child.Wait == wait && !n.gone {
			return n
		}
	}
	return nil
}

// childEnded takes the end of a sub-process: its outcome and data are what the step yields, its
// uncaught business error is raised here.
func (r *run) childEnded(n *Node, b ChildEnded) {
	switch {
	case n.Stray:
		r.strayEnded(n, b)
	case n.Role == roleCompensation:
		r.compensated(n)
	case b.Error != nil:
		r.rise(n, b.Error)
	default:
		child := *n.Child
		child.Undone = b.Undone
		n.Child = &child
		v := make(map[string]any, len(b.Data)+1)
		for name, x := range b.Data {
			v[name] = x
		}
		v["outcome"] = b.Outcome
		r.yield(r.parent(n), n.Step, v)
		r.complete(n, map[string]any{"process": child.Process, "outcome": b.Outcome})
	}
}

// strayEnded takes the end of a sub-process that was told to stop. If it ended of its own accord before
// it heard of that, it is undone now.
func (r *run) strayEnded(n *Node, b ChildEnded) {
	if b.Undone || b.Error != nil {
		r.strayGone(n)
		return
	}
	r.undoStray(n, Finished{ID: n.ID, Step: n.Step, Child: true})
}
