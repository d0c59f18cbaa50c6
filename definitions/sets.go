package definitions

// writes calls yield for every name of process data that the step itself sets, not the steps in it.
func (s *Step) writes(yield func(name string)) {
	if s.Named {
		yield(s.ID)
	}
	switch spec := s.Spec.(type) {
	case *Set:
		for _, a := range spec.Values {
			yield(a.Name)
		}
	case *Do:
		yield(spec.Result)
	case *Each:
		if spec.Collect != nil {
			yield(spec.Collect.Into)
		}
	case *Wait:
		spec.Message.writes(yield)
	case *FirstOf:
		for _, a := range spec.Arms {
			if a.Trigger != nil {
				a.Trigger.writes(yield)
			}
		}
	case *Stage:
		for _, e := range spec.Events {
			e.Trigger.writes(yield)
		}
	}
}

func (a *Await) writes(yield func(name string)) {
	if a != nil {
		yield(a.Result)
	}
}

func (t *Trigger) writes(yield func(name string)) {
	t.Message.writes(yield)
	if t.Cancel != nil {
		yield(t.Cancel.Result)
	}
}

// allWrites calls yield for every name that the step or a step in it sets.
func (s *Step) allWrites(yield func(name string)) {
	s.writes(yield)
	for b := range s.Blocks() {
		b.allWrites(yield)
	}
}

func (b Block) allWrites(yield func(name string)) {
	for _, s := range b {
		s.allWrites(yield)
	}
}

// shared returns the process data that may change while a step waits: what events and whatever runs side
// by side sets, and, where the process goes back, what it sets in several places.
func (p *Process) shared() map[string]bool {
	out, times, goesBack := map[string]bool{}, map[string]int{}, false
	share := func(name string) { out[name] = true }
	for _, e := range p.Events {
		e.Trigger.writes(share)
		e.Steps.allWrites(share)
	}
	var walk func(b Block)
	walk = func(b Block) {
		for _, s := range b {
			s.writes(func(name string) { times[name]++ })
			switch spec := s.Spec.(type) {
			case *BackTo:
				goesBack = true
			case *Parallel:
				Block{s}.allWrites(share)
				continue
			case *Each:
				if spec.AtOnce != 1 || spec.ThenEach != nil || spec.OpenUntil != nil {
					Block{s}.allWrites(share)
					continue
				}
			case *Stage:
				for _, e := range spec.Events {
					e.Trigger.writes(share)
					e.Steps.allWrites(share)
				}
			}
			for inner := range s.Blocks() {
				walk(inner)
			}
		}
	}
	for _, b := range p.blocks() {
		walk(b)
	}
	for name, n := range times {
		if goesBack && n > 1 {
			out[name] = true
		}
	}
	return out
}
