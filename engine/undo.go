package engine

import (
	"slices"

	"waybill/definitions"
)

// Finished remembers a finished step that can be undone, with the data it had.
type Finished struct {
	ID   NodeID   `json:"id"` // the node that finished
	Step string   `json:"step"`
	Path []NodeID `json:"path,omitempty"` // the nodes it stood in, the outermost first; the process is left out
	// Beside are the other nodes that it stood in until its block ran on beside them.
	Beside []NodeID `json:"beside,omitempty"`
	// One of these says how to undo it: Action, an action with its input; Child, the sub-process of the
	// node; neither, the compensation that the step writes, with what it may read.
	Action string `json:"action,omitempty"`
	Remote bool   `json:"remote,omitempty"`
	Input  Values `json:"input,omitempty"`
	Child  bool   `json:"child,omitempty"`
	Data   Data   `json:"data,omitempty"`
}

// Reversal is the work of a node that undoes what finished inside some nodes, and some finished nodes
// themselves, last finished first.
type Reversal struct {
	Under []NodeID `json:"under,omitempty"`
	Only  []NodeID `json:"only,omitempty"`
}

// remember notes a finished step in the log of what can be undone. Compensations are not undone.
func (r *run) remember(n, parent *Node, step *definitions.Step) {
	entry, undoable := r.memory(n, parent, step)
	if !undoable || r.compensationAround(parent) != nil {
		return
	}
	for p := parent; p.Parent != 0; p = r.parent(p) {
		entry.Path = append(entry.Path, p.ID)
		if p.Aside != nil {
			entry.Path = append(entry.Path, p.Aside.Within...)
			entry.Beside = append(entry.Beside, p.Aside.Path...)
		}
	}
	slices.Reverse(entry.Path)
	r.log(entry)
}

func (r *run) log(entry Finished) {
	r.ownLog()
	r.s.Done = append(r.s.Done, &entry)
}

// ownLog lets this run change the log: until then it is that of the state which it was given.
func (r *run) ownLog() {
	if !r.logged {
		r.s.Done = append(make([]*Finished, 0, len(r.s.Done)+2), r.s.Done...)
		r.logged = true
	}
}

// memory says how to undo the step of n, and whether it can be undone.
func (r *run) memory(n, parent *Node, step *definitions.Step) (Finished, bool) {
	entry := Finished{ID: n.ID, Step: step.ID}
	switch spec := step.Spec.(type) {
	case *definitions.Do:
		if step.Compensation == nil && spec.Action.Inverse != "" {
			entry.inverse(r.d.Pack, spec.Action, n.Call)
			return entry, true
		}
	case *definitions.Run:
		if n.Child != nil && n.Child.Undone {
			return entry, false
		}
		if step.Compensation == nil {
			entry.Child = true
			return entry, n.Child != nil
		}
	}
	if len(step.Compensation) == 0 {
		return entry, false
	}
	entry.Data = r.readBy(step.Compensation, parent)
	return entry, true
}

// inverse says that the declared inverse of an action undoes it. Its inputs are filled by name: from the
// action's outputs, and what they do not have from its inputs.
func (f *Finished) inverse(pack *definitions.Pack, action *definitions.Action, call *Call) {
	f.Action = action.Inverse
	f.Input = Values{}
	undo, known := pack.Catalogue().Action(action.Inverse)
	if !known {
		return
	}
	f.Remote = undo.Remote
	for _, in := range undo.Inputs {
		v, ok := call.Result[in.Name]
		if !ok {
			v, ok = call.Input[in.Name]
		}
		if ok {
			f.Input[in.Name] = v
		}
	}
}

// undoable reports whether the step of n would have to be undone if it finished.
func (r *run) undoable(n *Node) bool {
	if r.compensationAround(n) != nil {
		return false
	}
	step := r.step(n)
	spec, action := step.Spec.(*definitions.Do)
	return len(step.Compensation) > 0 || step.Compensation == nil && action && spec.Action.Inverse != ""
}

// openUndo opens the node that undoes what is to be undone. It tells its parent when that is done.
func (r *run) openUndo(parent *Node, what Reversal) *Node {
	n := r.open(parent, roleUndo, parent.Step, 0)
	n.Undo = &what
	r.push(n)
	return n
}

// undoNext begins to undo the last finished step that is left; at the end it goes on with what waited
// for it. A withdrawn call or sub-process began after all that finished, so its end is awaited first.
func (r *run) undoNext(n *Node) {
	if r.holdsOpen(n) || r.mustWait(n) {
		return
	}
	for i := len(r.s.Done) - 1; i >= 0; i-- {
		if entry := r.s.Done[i]; n.Undo.covers(entry) {
			r.ownLog()
			r.s.Done = slices.Delete(r.s.Done, i, i+1)
			r.compensate(n, entry)
			return
		}
	}
	parent := r.parent(n)
	switch {
	case n.Stray:
		r.strayGone(n)
	case parent.Role == roleProcess && r.s.Phase == Undoing:
		r.close(n)
		r.leave()
	case parent.Fan != nil:
		r.close(n)
		r.lookAgainAtFan(parent)
	default:
		r.close(n)
		r.goOn(parent)
	}
}

// mustWait reports whether an undoing waits for something withdrawn to say its last word. A withdrawn
// undoing goes before others, and one that undoes a withdrawn call before all. Inside a compensation
// nothing is undone, so there is nothing to wait for.
func (r *run) mustWait(undo *Node) bool {
	if r.compensationAround(undo) != nil {
		return false
	}
	for _, n := range r.nodes {
		if !n.Stray || n.gone || n == undo {
			continue
		}
		if !undo.Stray || n.Undo == nil && !slices.Contains(undo.Undo.Under, undo.ID) {
			return true
		}
	}
	return false
}

// holdsOpen reports whether something directly inside n is open.
func (r *run) holdsOpen(n *Node) bool {
	for _, c := range r.nodes {
		if c.Parent == n.ID && !c.gone {
			return true
		}
	}
	return false
}

func (u *Reversal) covers(entry *Finished) bool {
	for _, id := range u.Under {
		if id == rootID || slices.Contains(entry.Path, id) {
			return true
		}
	}
	return slices.Contains(u.Only, entry.ID)
}

// compensate begins to undo one finished step.
func (r *run) compensate(undo *Node, entry *Finished) {
	n := r.open(undo, roleCompensation, entry.Step, 0)
	n.Data, n.Undoes, n.Path = entry.Data, entry.ID, entry.Path
	switch {
	case entry.Action != "":
		n.Call = &Call{Action: entry.Action, Remote: entry.Remote, Input: entry.Input, Attempt: 1}
		r.ask(n)
	case entry.Child:
		n.Child = &Child{Wait: entry.ID}
		r.do(UndoChild{Wait: entry.ID})
	default:
		r.push(n)
	}
}

// compensationOver ends a compensation that ran its last step, once what runs aside in it is over.
func (r *run) compensationOver(n *Node) {
	if n.At >= len(r.block(n)) && !r.holdsOpen(n) {
		r.compensated(n)
	}
}

// compensated is called when a finished step is undone.
func (r *run) compensated(n *Node) {
	data := map[string]any{}
	if n.Call != nil {
		data["action"], data["with"] = n.Call.Action, map[string]any(n.Call.Input)
	}
	r.record(FactUndone, n.Undoes, n.Step, data)
	undo := r.parent(n)
	r.close(n)
	r.push(undo)
}

// compensationAround returns the innermost compensation that n is or stands in, or nil.
func (r *run) compensationAround(n *Node) *Node {
	for ; n != nil; n = r.parent(n) {
		if n.Role == roleCompensation {
			return n
		}
	}
	return nil
}

// undoEnded undoes the finished steps of an instance that has ended, at its parent's wish.
func (r *run) undoEnded() {
	r.s.Phase = Undoing
	r.record(FactUndoing, 0, "", nil)
	r.openUndo(r.root(), Reversal{Under: []NodeID{rootID}})
}
