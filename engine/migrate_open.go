package engine

import (
	"slices"
	"time"

	"waybill/definitions"
	"waybill/definitions/difference"
	"waybill/definitions/formula"
)

// open says what becomes of an open step that is of the same kind as before, and takes over what its
// kind remembers.
func (m *mover) open(old, n *Node) Fate {
	if old.Step == "" || old.Role != roleStep && old.Role != roleSeat && old.Role != roleArm && old.Role != roleRound {
		return FateKept
	}
	before, after := m.from.Steps[old.Step], m.to.Steps[n.Step]
	changed := m.differing(before, after)
	m.held(old, n)
	fate := FateKept
	if len(changed) > 0 || old.Step != n.Step {
		fate = FateChanged
	}
	switch a := after.Spec.(type) {
	case *definitions.Task:
		return m.openTask(old, fate, changed)
	case *definitions.Approve:
		m.openApprove(old, before.Spec.(*definitions.Approve), a)
		return m.openTask(old, fate, changed)
	case *definitions.Do:
		return m.openDo(old, n, before.Spec.(*definitions.Do), a, fate)
	case *definitions.Wait:
		m.openWait(old, before.Spec.(*definitions.Wait), a)
	case *definitions.Parallel:
		m.openParallel(old, n, before.Spec.(*definitions.Parallel), a)
	case *definitions.Each:
		m.openEach(old, n, before, a)
	case *definitions.FirstOf:
		m.openArm(old, n, before.Spec.(*definitions.FirstOf), a)
	case *definitions.Run:
		if old.Child != nil && old.Child.Process != a.Process {
			m.cannot(old, "its sub-process is another one")
		}
	case *definitions.Lock:
		if slices.Contains(changed, "names") {
			m.cannot(old, "it locks other names")
		}
	}
	return fate
}

func (m *mover) cannot(old *Node, why string) {
	m.no(ReasonChanged, old.Step, "%s is open: %s", describe(m.from, old.Step), why)
}

// differing returns the keys in which two steps differ.
func (m *mover) differing(a, b *definitions.Step) []string {
	was := difference.Facets(a)
	is := difference.Facets(b)
	var keys []string
	for _, f := range was {
		if !slices.Contains(is, f) {
			keys = append(keys, f.Key)
		}
	}
	for _, f := range is {
		if !slices.Contains(was, f) && !slices.Contains(keys, f.Key) {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// whatIsShown are the keys that change what is on people's screens, so that the task is opened anew.
func whatIsShown() []string { return []string{"title", "show", "form", "outcomes", "priority"} }

func (m *mover) openTask(old *Node, fate Fate, changed []string) Fate {
	if old.Task == nil {
		return fate
	}
	id, _ := m.pairing.Step(old.Step)
	seat := old.Role == roleSeat && slices.Contains(changed, "levels") && !slices.Equal(
		fieldTexts(m.from.Steps[old.Step].Spec.(*definitions.Approve), old.Index), fieldTexts(m.to.Steps[id].Spec.(*definitions.Approve), old.Index))
	if seat || id != old.Step || slices.ContainsFunc(whatIsShown(), func(key string) bool { return slices.Contains(changed, key) }) {
		return FateReopened
	}
	return fate
}

// fieldTexts writes the form of a seat.
func fieldTexts(a *definitions.Approve, level int) []string {
	if level >= len(a.Levels) {
		return nil
	}
	var texts []string
	for _, f := range seatForm(a, level) {
		texts = append(texts, f.Name+" "+f.Type.String())
	}
	return texts
}

// openApprove compares the levels of an approval: votes and seats are counted by them.
func (m *mover) openApprove(old *Node, before, after *definitions.Approve) {
	switch {
	case before.Mode != after.Mode || before.Yeses != after.Yeses:
		m.cannot(old, "its mode is another one")
	case len(before.Levels) != len(after.Levels):
		m.cannot(old, "it has more or fewer levels")
	case slices.ContainsFunc(old.levels(before), func(i int) bool { return before.Levels[i].Seats != after.Levels[i].Seats }):
		m.cannot(old, "a level has more or fewer seats")
	}
}

// levels returns the levels of an approval, or that of a seat.
func (n *Node) levels(a *definitions.Approve) []int {
	if n.Approval == nil {
		return []int{min(n.Index, len(a.Levels)-1)}
	}
	return n.Approval.Levels
}

// openDo: a call under way stays as it was asked for. One that stands still is forgotten where the new
// revision asks otherwise: a retry asks as that says.
func (m *mover) openDo(old, n *Node, before, after *definitions.Do, fate Fate) Fate {
	if old.Call == nil {
		return fate
	}
	differs := before.Action.Name != after.Action.Name || !slices.Equal(sources(before.With), sources(after.With))
	switch {
	case !differs:
		return fate
	case old.Incident != nil && !old.Stray:
		n.Call, n.Timers, n.Incident = nil, nil, &Incident{Code: old.Incident.Code, Text: old.Incident.Text}
		return FateAnew
	case before.Action.Name != after.Action.Name:
		m.cannot(old, "it calls "+after.Action.Name+" now, and "+before.Action.Name+" is under way")
	}
	return fate
}

func sources(with []definitions.Assignment) []string {
	texts := make([]string, len(with))
	for i, w := range with {
		texts[i] = w.Name + " " + w.Value.Source()
	}
	return texts
}

func (m *mover) openWait(old *Node, before, after *definitions.Wait) {
	if (before.For == nil) != (after.For == nil) || (before.Until == nil) != (after.Until == nil) ||
		(before.Message == nil) != (after.Message == nil) {
		m.cannot(old, "it waits for something of another kind")
	}
}

// openParallel finds the branches that are there in the new revision.
func (m *mover) openParallel(old, n *Node, before, after *definitions.Parallel) {
	if old.Fan == nil {
		return
	}
	if (before.AtOnce == 1) != (after.AtOnce == 1) {
		m.cannot(old, "its branches run side by side, and are to run one at a time, or the other way round")
		return
	}
	m.thenAnew(n, before.ThenEach, after.ThenEach)
	known := map[int]bool{}
	n.updateFan(func(f *Fan) {
		f.Branches = slices.Clone(f.Branches)
		for i, b := range f.Branches {
			at, ok := m.pairing.Place(difference.Place{Step: old.Step, Role: difference.Branch, Index: b})
			if !ok {
				m.no(ReasonPartGone, old.Step, "branch %s of %s is not in the new revision", before.Branches[b].ID, describe(m.from, old.Step))
				continue
			}
			f.Branches[i], known[at.Index] = at.Index, true
		}
	})
	for i, b := range after.Branches {
		if _, was := m.placeBefore(before, old.Step, i); !known[i] && !was {
			m.note(NotePartNew, n.Step, "branch %s of %s is new and does not begin any more", b.ID, describe(m.to, n.Step))
		}
	}
}

// openEach takes over an each. A then_each that is new runs for what finishes from now on; a list that is
// kept open from now on is fed from now on.
func (m *mover) openEach(old, n *Node, before *definitions.Step, after *definitions.Each) {
	if old.Fan == nil {
		return
	}
	m.thenAnew(n, before.Spec.(*definitions.Each).ThenEach, after.ThenEach)
	if after.OpenUntil != nil && !slices.Contains(m.s.Feeds, old.Step) {
		m.s.Feeds = append(slices.Clip(m.s.Feeds), old.Step)
	}
}

func (m *mover) thenAnew(n *Node, before, after *definitions.ThenEach) {
	if before == nil && after != nil {
		n.updateFan(func(f *Fan) { f.Told = f.Finished })
	}
}

// placeBefore returns which branch of the old revision is a branch of the new one.
func (m *mover) placeBefore(before *definitions.Parallel, step string, index int) (int, bool) {
	for i := range before.Branches {
		if at, ok := m.pairing.Place(difference.Place{Step: step, Role: difference.Branch, Index: i}); ok && at.Index == index {
			return i, true
		}
	}
	return 0, false
}

// openArm compares what an arm waits for.
func (m *mover) openArm(old, n *Node, before, after *definitions.FirstOf) {
	if old.Role != roleArm || old.At >= 0 {
		return
	}
	a, b := before.Arms[old.Index], after.Arms[n.Index]
	switch {
	case (a.Step == nil) != (b.Step == nil):
		m.cannot(old, "what may happen in it is another thing")
	case a.Step != nil:
		if id, ok := m.pairing.Step(a.Step.ID); !ok || id != b.Step.ID {
			m.no(ReasonMoved, a.Step.ID, "%s is open and stands in another block now", describe(m.from, a.Step.ID))
		}
	case (a.Trigger.Message == nil) != (b.Trigger.Message == nil) || (a.Trigger.Becomes == nil) != (b.Trigger.Becomes == nil):
		m.cannot(old, "what may happen in it is another thing")
	}
}

// timers takes over the deadlines of a node. What the new revision has no deadline for is dropped.
func (m *mover) timers(old, n *Node) {
	n.Timers = nil
	for _, t := range old.Timers {
		kept, ok := m.timer(old, n, t)
		switch {
		case ok && (n.Call != nil || t.What != timerRetry):
			n.Timers = append(n.Timers, kept)
			m.verdict.Timers = append(m.verdict.Timers, Remaining{n.ID, n.Step, string(t.What), t.Due})
		case t.What == timerDue && n.Task != nil:
			task := *n.Task
			task.Due = time.Time{}
			n.Task = &task
			fallthrough
		default:
			m.note(NoteTimerGone, old.Step, "%s has no such %s in the new revision", describe(m.from, old.Step), t.What)
		}
	}
}

// timer returns a deadline as the new revision counts it, and whether it has one.
func (m *mover) timer(old, n *Node, t Timer) (Timer, bool) {
	switch {
	case t.What == timerDue && old.Task == nil:
		stage, ok := m.to.Steps[n.Step].Spec.(*definitions.Stage)
		return t, !ok || stage.Due != nil
	case old.Task == nil:
		return t, true
	}
	before, after := (&run{d: m.from}).jobOf(old), (&run{d: m.to}).jobOf(n)
	switch t.What {
	case timerDue:
		return t, after.due != nil
	case timerRemind:
		return t, t.N < len(after.Remind)
	case timerEscalate:
		t.N = escalationNow(before.escalate, after.escalate, t.N)
		return t, t.N >= 0
	}
	return t, true
}

// escalationNow returns which escalation of a task the nth is now, -1 where it is none. Those that stayed
// as they are come first; another one is the same if it does the same to the same people.
func escalationNow(before, after []definitions.Escalation, nth int) int {
	taken := map[int]bool{}
	find := func(i int, same func(a, b definitions.Escalation) bool) int {
		for k := range after {
			if !taken[k] && same(before[i], after[k]) {
				taken[k] = true
				return k
			}
		}
		return -1
	}
	now := make([]int, len(before))
	for i := range before {
		now[i] = find(i, sameEscalation)
	}
	for i := range before {
		if now[i] < 0 {
			now[i] = find(i, func(a, b definitions.Escalation) bool { return a.To == b.To && a.Action == b.Action })
		}
	}
	return now[nth]
}

func sameEscalation(a, b definitions.Escalation) bool {
	return a.To == b.To && a.Action == b.Action && a.After.Duration == b.After.Duration && sameSource(a.After.Formula, b.After.Formula)
}

func sourceOf(f *formula.Formula) string {
	if f == nil {
		return ""
	}
	return f.Source()
}
