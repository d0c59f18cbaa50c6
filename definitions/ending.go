package definitions

// besides is what runs beside a block: branches beside it, other rounds, the steps that an event
// interrupts or accompanies.
type besides struct {
	outer    *besides
	what     string // in words: the other branches
	undoable bool   // something in it can be undone
	event    bool   // the block is that of an event, which is there to break in
}

// endsBeside warns of an end that stops what runs beside it, and of one that keeps what was done there.
func (r *review) endsBeside(p *Process) {
	r.endsIn(p, p.Body, nil)
	body := &besides{what: "the steps beside the event", undoable: r.undoableIn(p.Body), event: true}
	for _, e := range p.Events {
		r.endsIn(p, e.Steps, body)
	}
	for _, h := range p.OnError {
		r.endsIn(p, h.Steps, nil)
	}
}

// endsIn looks at the ends in a block, and returns what runs beside the steps after it: what ran beside
// it, and the rest of its blocks that they let run on.
func (r *review) endsIn(p *Process, b Block, beside *besides) *besides {
	for _, s := range b {
		after := beside
		switch spec := s.Spec.(type) {
		case *End:
			r.endBeside(p, s, spec, beside)
		case *Parallel:
			r.endsInBranches(p, spec, beside)
			after = beside.withRest(spec.Until, r.undoableIn(Block{s}))
		case *Each:
			r.endsInRounds(p, spec, beside)
			after = beside.withRest(spec.Until, r.undoableIn(Block{s}))
		case *Stage:
			after = r.endsIn(p, spec.Steps, beside)
			around := &besides{beside, "the steps beside the event", r.undoableIn(spec.Steps), true}
			for _, e := range spec.Events {
				r.endsIn(p, e.Steps, around)
			}
		default:
			for _, inner := range s.own() {
				if left := r.endsIn(p, inner, beside); left != beside {
					after = left
				}
			}
		}
		for _, h := range s.OnError {
			r.endsIn(p, h.Steps, beside)
		}
		beside = after
	}
	return beside
}

// restRunsOn is what a block with rest: ignore leaves running beside all that follows.
const restRunsOn = "what rest: ignore lets run on"

// withRest returns what runs beside the steps after a block.
func (b *besides) withRest(u Until, undoable bool) *besides {
	if !u.RunsOn() || b != nil && b.what == restRunsOn && (b.undoable || !undoable) {
		return b
	}
	return &besides{b, restRunsOn, undoable, false}
}

func (r *review) endsInBranches(p *Process, spec *Parallel, beside *besides) {
	undoable, inBranch := 0, make([]int, len(spec.Branches))
	for i, b := range spec.Branches {
		if r.undoableIn(b.Steps) {
			undoable, inBranch[i] = undoable+1, 1
		}
	}
	for i, b := range spec.Branches {
		around := beside
		if len(spec.Branches) > 1 {
			around = &besides{beside, "the other branches", undoable > inBranch[i], false}
		}
		r.endsIn(p, b.Steps, around)
	}
	r.endsIn(p, spec.ThenEach.steps(), &besides{beside, "the branches", undoable > 0, false})
}

func (r *review) endsInRounds(p *Process, spec *Each, beside *besides) {
	around, undoable := beside, r.undoableIn(spec.Steps)
	if spec.AtOnce != 1 {
		around = &besides{beside, "the other rounds", undoable, false}
	}
	r.endsIn(p, spec.Steps, around)
	r.endsIn(p, spec.ThenEach.steps(), &besides{beside, "the rounds", undoable, false})
}

func (r *review) endBeside(p *Process, s *Step, end *End, beside *besides) {
	keeps := false
	for _, o := range p.Outcomes {
		keeps = keeps || o.ID == end.Outcome && !o.Undo
	}
	for around := beside; around != nil; around = around.outer {
		if keeps && around.undoable {
			r.found.warn(s.Pos, codeEndKeeps, "this ends the process while %s may have done, or be doing, what can be undone; %s keeps it", around.what, end.Outcome)
			return
		}
	}
	for around := beside; around != nil; around = around.outer {
		if !around.event {
			r.found.warn(s.Pos, codeEndsBeside, "this ends the whole process, and stops %s", around.what)
			return
		}
	}
}
