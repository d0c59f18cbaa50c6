package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/difference"
)

// node takes one node to its place in the new revision. old is the node as it was, n the copy that is
// rewritten.
func (m *mover) node(old, n *Node) {
	if n.Role == roleUndo || n.Role == roleCompensation && (n.Call != nil || n.Child != nil) {
		if id, ok := m.pairing.Step(n.Step); ok {
			n.Step = id // otherwise it goes on under its old name: it needs nothing of the definition
		}
		return
	}
	id, ok := m.pairing.Step(n.Step)
	if !ok {
		m.no(ReasonStepGone, n.Step, "%s is open and is not in the new revision", describe(m.from, n.Step))
		m.place(old, "", FateNowhere)
		return
	}
	n.Step = id
	if n.Role == roleGuard {
		m.guard(n)
		return
	}
	if !m.part(old, n) {
		return
	}
	n.Data = n.Data.renamed(m.namesIn(old, n))
	m.aside(n)
	m.ways(n)
	if m.sameKind(old, n) {
		fate := m.open(old, n)
		m.timers(old, n)
		m.place(old, id, fate)
		if strand(m.from, old) {
			m.strand(old, n)
		}
	}
}

// place notes where an open step goes.
func (m *mover) place(old *Node, to string, fate Fate) {
	if m.stuck[old.Step] {
		fate = FateNowhere
	}
	if old.Role == roleStep || old.Role == roleSeat || old.Role == roleListener || old.rests() {
		m.verdict.Steps = append(m.verdict.Steps, Placement{old.ID, old.Step, to, fate})
	}
}

// sameKind reports whether the step of a node is of the same kind. One that stands still and never came
// to be may be of any kind: it begins anew.
func (m *mover) sameKind(old, n *Node) bool {
	if old.Step == "" {
		return true
	}
	before, after := m.from.Steps[old.Step], m.to.Steps[n.Step]
	if before.Kind() == after.Kind() {
		return true
	}
	if neverBegan(old) && !slices.ContainsFunc(m.old, func(c *Node) bool { return c.Parent == old.ID }) {
		m.place(old, n.Step, FateAnew)
		return false
	}
	m.no(ReasonKind, old.Step, "%s is open and is %s now", describe(m.from, old.Step), describe(m.to, n.Step))
	m.place(old, n.Step, FateNowhere)
	return false
}

// neverBegan reports whether a step stands still because it did not come to be.
func neverBegan(n *Node) bool {
	return n.Role == roleStep && n.Incident != nil && n.Call == nil && n.Task == nil && n.Approval == nil && n.Child == nil &&
		n.Fan == nil && n.Listen == nil && len(n.Timers) == 0 && !n.Watches
}

// partRole is the part of a step that the index of a node counts in the definition, "" where it does not.
func partRole(d *definitions.Process, n *Node) difference.Role {
	switch n.Role {
	case roleBranch:
		return difference.Branch
	case roleArm:
		return difference.Arm
	case roleListener, roleEvent:
		return difference.Event
	case roleHandler:
		return difference.Handler
	case roleRejected:
		return difference.Rejected
	case roleThen:
		return difference.ThenEach
	case roleCompensation:
		return difference.Compensation
	case roleStep:
		if s := d.Steps[n.Step]; s.Kind() == definitions.KindChoose {
			return difference.Branch
		}
	}
	return ""
}

// part takes a node to the branch, arm, event or handler that it runs, and reports whether it is there.
func (m *mover) part(old, n *Node) bool {
	role := partRole(m.from, old)
	if role == "" || neverBegan(old) {
		return true
	}
	index := old.Index
	if role == difference.ThenEach {
		index = 0 // its Index says which member it is for
	}
	at, ok := m.pairing.Place(difference.Place{Step: old.Step, Role: role, Index: index})
	if ok && old.Role == roleListener {
		ok = sameTrigger(m.event(m.from, old), m.event(m.to, &Node{Step: at.Step, Index: at.Index}))
	}
	switch {
	case ok && at.Step == n.Step:
		n.Index += at.Index - index
		return true
	case old.Role == roleListener && old.Listen.Busy == 0:
		m.note(NoteEventGone, old.Step, "event %s listens no more", m.event(m.from, old).ID)
		m.deaf = append(m.deaf, n)
		return false
	}
	m.no(ReasonPartGone, old.Step, "%s of %s runs and is not in the new revision", role, describe(m.from, old.Step))
	m.place(old, "", FateNowhere)
	return false
}

func (m *mover) event(d *definitions.Process, n *Node) *definitions.Event {
	return (&run{d: d}).event(n)
}

// sameTrigger reports whether two events wait for the same kind of thing.
func sameTrigger(a, b *definitions.Event) bool {
	return a.Interrupts == b.Interrupts && (a.Trigger.Message == nil) == (b.Trigger.Message == nil) &&
		(len(a.Trigger.After) == 0) == (len(b.Trigger.After) == 0) && (a.Trigger.Becomes == nil) == (b.Trigger.Becomes == nil) &&
		(a.Trigger.Cancel == nil) == (b.Trigger.Cancel == nil)
}

// strand reports whether a node runs the steps of a block one after the other.
func strand(d *definitions.Process, n *Node) bool {
	switch n.Role {
	case roleStep:
		switch d.Steps[n.Step].Kind() {
		case definitions.KindStage, definitions.KindChoose, definitions.KindLock:
			return !neverBegan(n)
		}
		return false
	case roleSeat, roleListener, roleUndo, roleGuard:
		return false
	}
	return n.At >= 0
}

// strand finds where a strand stands in its new block: at the step that is open in it, or behind the
// last one that it finished. What the block has before that place will not run.
func (m *mover) strand(old, n *Node) {
	before, after := (&run{d: m.from}).block(old), (&run{d: m.to}).block(n)
	if beyond := old.At - len(before); beyond >= 0 {
		n.At = len(after) + beyond
		return
	}
	at := before[old.At].ID
	if slices.ContainsFunc(m.old, func(c *Node) bool { return standsAt(old, c, at) }) {
		id, ok := m.pairing.Step(at)
		if !ok {
			return // the open step says so itself
		}
		if n.At = indexOf(after, id); n.At < 0 {
			m.stuck[at] = true
			m.no(ReasonMoved, at, "%s is open and stands in another block now", describe(m.from, at))
			return
		}
	} else {
		n.At = 0
		for _, s := range before[:old.At] {
			if id, ok := m.pairing.Step(s.ID); ok {
				n.At = max(n.At, indexOf(after, id)+1)
			}
		}
	}
	m.order(before, after, old.At, n.At)
}

// standsAt reports whether c is what runs at a step of a strand: the step itself, or what took its place.
func standsAt(strand, c *Node, step string) bool {
	return c.Parent == strand.ID && c.Step == step && c.Aside == nil && !c.Stray &&
		(c.Role == roleStep || c.Role == roleHandler || c.Role == roleEvent)
}

func indexOf(block definitions.Block, id string) int {
	return slices.IndexFunc(block, func(s *definitions.Step) bool { return s.ID == id })
}

// order looks at what stands before and behind the place in the new block. A step that ran and stands
// behind it now would run again.
func (m *mover) order(before, after definitions.Block, was, is int) {
	for i, s := range after {
		old, had := m.pairing.Before(s.ID)
		at := indexOf(before, old)
		switch {
		case i < is:
			m.passBy(s)
			if !had {
				m.passed = append(m.passed, s)
				m.note(NotePassedOver, s.ID, "%s stands before where the instance is and will not run", difference.Describe(s))
			} else if at > was {
				m.note(NotePassedOver, s.ID, "%s was still to come, stands before where the instance is and will not run", difference.Describe(s))
			}
		case i > is && had && at >= 0 && at < was:
			m.no(ReasonRunsAgain, old, "%s is over and would run again", describe(m.from, old))
		}
	}
}

// passBy notes that the instance is past a step and all inside it.
func (m *mover) passBy(s *definitions.Step) {
	m.behind[s.ID] = true
	for inner := range s.Blocks() {
		for _, t := range inner {
			m.passBy(t)
		}
	}
}
