package definitions

import "iter"

// Blocks yields the blocks inside a step that run when it runs: branches, rounds, what follows a
// trigger, its events, and what its errors lead to. Compensations are not among them.
func (s *Step) Blocks() iter.Seq[Block] {
	return func(yield func(Block) bool) {
		for _, b := range s.inner() {
			if len(b) > 0 && !yield(b) {
				return
			}
		}
	}
}

func (s *Step) inner() []Block {
	out := s.own()
	for _, h := range s.OnError {
		out = append(out, h.Steps)
	}
	return out
}

// own returns the blocks of the kind, without the step's handlers.
func (s *Step) own() []Block {
	var out []Block
	switch spec := s.Spec.(type) {
	case *Stage:
		out = append(out, spec.Steps)
		for _, e := range spec.Events {
			out = append(out, e.Steps)
		}
	case *Approve:
		out = append(out, spec.OnReject)
	case *Choose:
		for _, b := range spec.Branches {
			out = append(out, b.Steps)
		}
	case *Parallel:
		for _, b := range spec.Branches {
			out = append(out, b.Steps)
		}
		out = append(out, spec.ThenEach.steps())
	case *Each:
		out = append(out, spec.Steps, spec.ThenEach.steps())
	case *Repeat:
		out = append(out, spec.Steps)
	case *Lock:
		out = append(out, spec.Steps)
	case *FirstOf:
		for _, a := range spec.Arms {
			if a.Step != nil {
				out = append(out, Block{a.Step})
			}
			out = append(out, a.Steps)
		}
	}
	return out
}

func (t *ThenEach) steps() Block {
	if t == nil {
		return nil
	}
	return t.Steps
}
