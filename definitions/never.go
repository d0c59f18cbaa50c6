package definitions

import (
	"slices"

	"waybill/definitions/formula"
)

// course follows the conditions of a process along its steps.
type course struct {
	*review
	known *known
}

// neverTrue warns of steps and branches whose conditions are never true where they stand. What a cancel
// may skip is not followed.
func (r *review) neverTrue(p *Process) {
	for _, s := range p.Steps {
		if _, ok := s.Spec.(*Cancel); ok {
			return
		}
	}
	c := &course{r, newKnown(p.shared())}
	for _, b := range p.blocks() {
		c.block(b)
		c.known.back(0)
	}
	for _, e := range p.Events {
		c.event(e)
	}
}

func (c *course) event(e *Event) {
	if c.judge(e.When) == fails {
		c.found.warn(e.Pos, codeNeverRuns, "this event never listens: %s is never true here", clip(e.When.Source()))
	}
}

// judge says whether a condition holds here.
func (c *course) judge(f *formula.Formula) verdict {
	switch {
	case f == nil:
		return perhaps
	case f.Never():
		return fails
	case c.futile[f] && !slices.ContainsFunc(f.Reads(), func(name string) bool { return c.known.shared[name] }):
		return fails
	}
	return c.known.judge(claimOf(f.Source()))
}

// learn notes what a condition says where it has the answer.
func (c *course) learn(f *formula.Formula, answer answer) {
	if f != nil && f.OnlyData() && len(f.Reads()) > 0 {
		c.known.learn(claimOf(f.Source()), answer, f.Reads())
	}
}

// aside follows what may not happen, or is not all that happens: after it, nothing is sure of what it sets.
func (c *course) aside(b Block, follow func() bool) bool {
	mark := len(c.known.journal)
	leaves := follow()
	c.known.back(mark)
	c.set(b)
	return leaves
}

// set forgets what the steps of a block set.
func (c *course) set(b Block) {
	for _, s := range b {
		s.allWrites(c.known.forget)
	}
}

// block follows steps one after the other, and reports whether they always leave.
func (c *course) block(b Block) (leaves bool) {
	for _, s := range b {
		leaves = c.step(s) || leaves
	}
	return leaves
}

func (c *course) step(s *Step) (leaves bool) {
	for _, condition := range []*formula.Formula{s.When, s.While} {
		if c.judge(condition) == fails {
			c.found.warn(s.Pos, codeNeverRuns, "this step can never run: %s is never true here", clip(condition.Source()))
		}
	}
	if s.When == nil && s.While == nil && len(s.OnError) == 0 {
		return c.body(s)
	}
	leaves = c.aside(Block{s}, func() bool {
		c.learn(s.When, yes)
		return c.body(s)
	})
	for _, h := range s.OnError {
		leaves = c.aside(h.Steps, func() bool { return c.block(h.Steps) }) && leaves
	}
	if s.When == nil {
		return leaves && s.While == nil
	}
	if leaves {
		c.learn(s.When, no)
	}
	return false
}

func (c *course) body(s *Step) (leaves bool) {
	switch spec := s.Spec.(type) {
	case *End, *Raise, *BackTo:
		return true
	case *Stage:
		return c.stage(s, spec)
	case *Lock:
		return c.block(spec.Steps)
	case *Choose:
		return c.choose(spec)
	case *Parallel:
		for _, b := range spec.Branches {
			leaves = c.branchBeside(b) && b.When == nil && spec.Until.Mode == UntilAll || leaves
		}
		c.aside(nil, func() bool { return c.block(spec.ThenEach.steps()) })
	case *Repeat:
		c.set(spec.Steps)
		leaves = c.aside(spec.Steps, func() bool { return c.block(spec.Steps) })
		c.learn(spec.Until, yes)
	case *Each:
		c.set(spec.Steps)
		c.known.forget(spec.Item)
		c.aside(spec.Steps, func() bool { return c.block(spec.Steps) })
		c.aside(nil, func() bool { return c.block(spec.ThenEach.steps()) })
		c.known.forget(spec.Item)
	case *FirstOf:
		leaves = len(spec.Arms) > 0
		for _, a := range spec.Arms {
			leaves = c.arm(a) && leaves
		}
	case *Approve:
		c.approve(s, spec)
		return false
	}
	s.writes(c.known.forget)
	return leaves
}

// stage follows a stage. One that an event may interrupt is left at any of its steps.
func (c *course) stage(s *Step, spec *Stage) (leaves bool) {
	interrupted := false
	for _, e := range spec.Events {
		interrupted = interrupted || e.Interrupts
	}
	if interrupted {
		leaves = c.aside(spec.Steps, func() bool { return c.block(spec.Steps) })
	} else {
		leaves = c.block(spec.Steps)
	}
	for _, e := range spec.Events {
		c.event(e)
		eventLeaves := c.aside(e.Steps, func() bool { return c.block(e.Steps) })
		leaves = leaves && (eventLeaves || !e.Interrupts)
	}
	s.writes(c.known.forget)
	return leaves
}

func (c *course) branchBeside(b Branch) (leaves bool) {
	if c.judge(b.When) == fails {
		c.found.warn(b.Pos, codeNeverRuns, "this branch never runs: %s is never true here", clip(b.When.Source()))
	}
	return c.aside(b.Steps, func() bool {
		c.learn(b.When, yes)
		return c.block(b.Steps)
	})
}

func (c *course) arm(a Arm) (leaves bool) {
	if c.judge(a.When) == fails {
		c.found.warn(a.Pos, codeNeverRuns, "nothing waits for this: %s is never true here", clip(a.When.Source()))
	}
	steps := a.Steps
	if a.Step != nil {
		steps = append(Block{a.Step}, steps...)
	}
	return c.aside(steps, func() bool {
		c.learn(a.When, yes)
		return c.block(steps)
	})
}

// choose follows the branches, each knowing that those before it did not hold. Where all but one leave,
// what that one knew is known after it.
func (c *course) choose(spec *Choose) (leaves bool) {
	mark := len(c.known.journal)
	goesOn, several := -1, false
	for i, b := range spec.Branches {
		switch verdict := c.judge(b.When); {
		case c.idle[b.Pos] && len(b.Steps) > 0:
			c.found.warn(b.Pos, codeNeverRuns, "this branch can never be taken: those before it cover every case")
		case verdict == fails:
			c.found.warn(b.Pos, codeNeverRuns, "this branch can never be taken: %s is never true here", clip(b.When.Source()))
		case verdict == holds && i+1 < len(spec.Branches) && len(spec.Branches[i+1].Steps) > 0 && !c.idle[spec.Branches[i+1].Pos]:
			c.found.warn(spec.Branches[i+1].Pos, codeNeverRuns, "this branch can never be taken: %s, before it, always holds here", clip(b.When.Source()))
		}
		branch := len(c.known.journal)
		c.learn(b.When, yes)
		if !c.block(b.Steps) {
			several = several || goesOn >= 0
			goesOn = i
		}
		c.known.back(branch)
		c.learn(b.When, no)
	}
	c.known.back(mark)
	if goesOn >= 0 && !several {
		for _, b := range spec.Branches[:goesOn] {
			c.learn(b.When, no)
		}
		c.learn(spec.Branches[goesOn].When, yes)
	}
	for _, b := range spec.Branches {
		c.set(b.Steps)
	}
	return goesOn < 0
}

// approve follows what a no leads to. Where that leaves, what follows knows that there was a yes.
func (c *course) approve(s *Step, spec *Approve) {
	left := c.aside(spec.OnReject, func() bool { return c.block(spec.OnReject) })
	s.writes(c.known.forget)
	if left && len(spec.Outcomes) == 0 && s.Named {
		c.known.learn(&claim{path: s.ID + ".outcome", value: approved}, yes, []string{s.ID})
	}
}
