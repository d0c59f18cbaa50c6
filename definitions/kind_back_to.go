package definitions

import "slices"

// standingIn is a block around the step that is read.
type standingIn struct {
	before []string // the written ids of its steps before that one
	at     string   // the written id of that one or, where it stands deeper, of the step around it; "" for none
}

// inBlock reads the steps of a block.
func (c *compiler) inBlock(read func()) {
	c.blocks = append(c.blocks, &standingIn{})
	read()
	c.blocks = c.blocks[:len(c.blocks)-1]
}

// standIn notes that s is the step that is read in the innermost block.
func (c *compiler) standIn(s *Step) {
	in := c.blocks[len(c.blocks)-1]
	if in.at != "" {
		in.before = append(in.before, in.at)
	}
	if in.at = ""; s.Named {
		in.at = s.ID
	}
}

func readBackTo(c *compiler, k *keys, s *Step) Spec {
	n := k.take(string(KindBackTo))
	b := &BackTo{Step: k.scalar(string(KindBackTo), n), AtMost: k.number("at_most", 1), Undo: k.flag("undo")}
	k.need("at_most")
	c.flow.dead = true
	if b.Step == "" || !c.isBehind(n) {
		return nil
	}
	said, at := k.has("undo"), k.n.pos()
	c.later = append(c.later, func() {
		if !said && c.undoableIn(c.passedOver(b.Step, s.ID)) {
			c.found.add(at, codeSayUndo, "back_to may leave something behind that can be undone; write undo: true or undo: false")
		}
	})
	return b
}

// isBehind checks that a back_to leads to a step before it, in its own or an enclosing block, or to one
// that it stands in.
func (c *compiler) isBehind(n *node) bool {
	var before []string
	for i, b := range c.blocks {
		before = append(before, b.before...)
		if b.at != "" && i < len(c.blocks)-1 {
			before = append(before, b.at)
		}
	}
	if slices.Contains(before, n.text) {
		return true
	}
	if _, known := c.stepIDs[n.text]; !known {
		c.found.unknown(n, codeUnknownStep, before, "unknown step %q")
		return false
	}
	there := "no step there that has an id"
	if len(before) > 0 {
		there = oneOf(before)
	}
	c.found.add(n.pos(), codeNotBehind, "back_to leads to a step before it in its block, or before or around that; %q is none of these: there is %s", n.text, there)
	return false
}

// passedOver returns the steps that a back_to at from withdraws or leaves behind: those from the step
// that it leads to on, to the one that it stands in.
func (c *compiler) passedOver(to, from string) Block {
	if c.spots == nil {
		c.spots = c.proc.spots()
	}
	there, here := c.spots[to], c.spots[from]
	if len(there) == 0 || len(here) < len(there) {
		return nil
	}
	depth := len(there) - 1
	first, last := there[depth], here[depth]
	block := c.proc.blockAt(first)
	if last.block != first.block { // to the task of an entry of first_of, from the steps after it
		return Block{first.around}
	}
	if last.at < first.at || last.at >= len(block) {
		return nil
	}
	return block[first.at : last.at+1]
}

// blockAt returns the block that a place in a process stands in.
func (p *Process) blockAt(at standing) Block {
	if at.around == nil {
		return p.blocks()[at.block]
	}
	n := 0
	for b := range at.around.Blocks() {
		if n == at.block {
			return b
		}
		n++
	}
	return nil
}
