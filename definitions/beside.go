package definitions

import "slices"

// spot is the way from the process to a step: the blocks it stands in, outermost first.
type spot []standing

type standing struct {
	around *Step // nil: the process
	block  int   // which of its blocks
	at     int   // which step in it
}

// spots returns where every step of the process stands. Compensations are left out.
func (p *Process) spots() map[string]spot {
	out := map[string]spot{}
	var walk func(b Block, around *Step, block int, before spot)
	walk = func(b Block, around *Step, block int, before spot) {
		for i, s := range b {
			here := append(slices.Clone(before), standing{around, block, i})
			out[s.ID] = here
			n := 0
			for inner := range s.Blocks() {
				walk(inner, s, n, here)
				n++
			}
		}
	}
	for i, b := range p.blocks() {
		walk(b, nil, i, nil)
	}
	return out
}

// beside reports whether the steps at a and b may run at the same time: they part in two blocks of the
// process or of a step, and not in one after the other.
func beside(a, b spot) bool {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		if a[i].block == b[i].block {
			return false
		}
		if a[i].around == nil {
			return true
		}
		switch a[i].around.Spec.(type) {
		case *Parallel, *Stage:
			return true
		}
		return false
	}
	return false
}

// waitsBeside checks, once the process is read, that every wait for steps is for steps beside it.
func (c *compiler) waitsBeside(waiting *Step, wait *Wait, named map[string]Position) {
	c.later = append(c.later, func() {
		if c.spots == nil {
			c.spots = c.proc.spots()
		}
		here, ok := c.spots[waiting.ID]
		for _, id := range wait.Steps {
			if there, known := c.spots[id]; ok && known && !beside(here, there) {
				c.found.add(named[id], codeNeverBeside, "%q does not run beside this wait, in another branch: it is over already, or never begins while this waits", id)
			}
		}
	})
}
