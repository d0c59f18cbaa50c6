package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/difference"
)

// remembered takes over what a state remembers by the ids of steps: how far they got, which lists are
// fed, and what still runs of a request to cancel.
func (m *mover) remembered() {
	m.marks()
	var feeds []string
	for _, step := range m.s.Feeds {
		if id, ok := m.pairing.Step(step); ok && m.to.Steps[id].Kind() == definitions.KindEach {
			feeds = append(feeds, id)
		}
	}
	m.s.Feeds = feeds
	if m.s.Cancelling == nil {
		return
	}
	c := *m.s.Cancelling
	c.Left = slices.Clone(c.Left)
	for i, f := range c.Left {
		at, ok := m.pairing.Place(difference.Place{Step: f.Step, Role: difference.Event, Index: f.Index})
		if !ok {
			m.no(ReasonPartGone, f.Step, "an event of %s is to run before the instance is undone, and is not in the new revision", describe(m.from, f.Step))
			continue
		}
		c.Left[i].Step, c.Left[i].Index, c.Left[i].Data = at.Step, at.Index, m.renamed(f.Data)
	}
	m.s.Cancelling = &c
}

// marks takes over how far steps got. What the new revision has not got is kept under its old name, for
// it may come back.
func (m *mover) marks() {
	var marks []Mark
	for _, mark := range m.s.Marks {
		id, ok := m.pairing.Step(mark.Step)
		switch {
		case ok:
			mark.Step = id
		case m.to.Steps[mark.Step] != nil:
			continue
		}
		marks = append(marks, mark)
	}
	m.s.Marks = marks
}

// ways takes over how often a strand went back, and what it is to skip.
func (m *mover) ways(n *Node) {
	var backs []Back
	for _, b := range n.Backs {
		step, ok := m.pairing.Step(b.Step)
		to, there := m.pairing.Step(b.To)
		if ok && there {
			b.Step, b.To = step, to
			backs = append(backs, b)
		}
	}
	n.Backs = backs
	var skips []string
	for _, s := range n.Skips {
		if id, ok := m.pairing.Step(s); ok {
			skips = append(skips, id)
		}
	}
	n.Skips = skips
}

// guard drops what watches the while and the hold of an open step that has neither any more.
func (m *mover) guard(n *Node) {
	if !isGuarded(m.to.Steps[n.Step]) {
		m.idle = append(m.idle, n)
	}
}

// held looks whether a step that stands still can go on in the new revision.
func (m *mover) held(old, n *Node) {
	if old.Hold != nil && m.to.Steps[n.Step].Hold == nil {
		m.cannot(old, "it stands still because of its hold, which the new revision has not")
	}
}

// watchAnew lets the while and the hold that the new revision adds to open steps be watched.
func (r *run) watchAnew(m *mover) {
	for _, n := range slices.Clone(r.nodes) {
		if n.gone || n.Role != roleStep || n.Aside != nil || n.Stray {
			continue
		}
		step := r.step(n)
		if before, _ := m.pairing.Before(n.Step); !isGuarded(step) || isGuarded(m.from.Steps[before]) {
			continue
		}
		r.openGuard(r.parent(n), step)
	}
}

func isGuarded(s *definitions.Step) bool { return s.While != nil || s.Hold != nil }
