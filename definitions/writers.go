package definitions

// oneWriter reports process data that two groups of steps write which run side by side. The steps of
// each group run one after the other.
func (c *compiler) oneWriter(groups [][]write, what string) {
	first := map[string]write{}
	for _, group := range groups {
		own := map[string]bool{}
		for _, w := range group {
			if own[w.name] || w.name == "" {
				continue
			}
			own[w.name] = true
			if other, twice := first[w.name]; twice {
				c.found.add(w.pos, codeTwoWriters, "%s both set %q, and they run side by side; the other is in line %d", what, w.name, other.pos.Line)
				continue
			}
			first[w.name] = w
		}
	}
}

// runsOn notes that the rest of a block runs beside all that follows.
func (c *compiler) runsOn(u Until, writes []write) {
	if u.RunsOn() && len(writes) > 0 {
		c.flow.writes = append(c.flow.writes, write{beside: writes})
	}
}

// besideRest reports what sets the same data as the rest of a block that runs on beside it.
func (c *compiler) besideRest() {
	rest := map[string]write{}
	for _, w := range c.flow.writes {
		if other, twice := rest[w.name]; twice && w.name != "" {
			c.found.add(w.pos, codeTwoWriters, "%q is set here and by what rest: ignore lets run on, in line %d", w.name, other.pos.Line)
		}
		w.eachBeside(func(r write) { rest[r.name] = r })
	}
}

// eachBeside visits what the rest of a block sets, with what the rests within it set.
func (w write) eachBeside(visit func(write)) {
	for _, r := range w.beside {
		if r.name != "" {
			visit(r)
		}
		r.eachBeside(visit)
	}
}

// written notes which process data the steps below n set.
func written(n *node, into map[string]bool) {
	for _, p := range n.pairs {
		switch {
		case p.key.text == "set" && p.value.kind == mapping:
			for _, s := range p.value.pairs {
				into[s.key.text] = true
			}
		case (p.key.text == "result" || p.key.text == "into") && p.value.kind == scalar:
			into[p.value.text] = true
		}
		written(p.value, into)
	}
	for _, item := range n.items {
		written(item, into)
	}
}

// loosen forgets, at the entry of a loop, that optional data which its rounds set are there.
func (c *compiler) loosen(items []*node) {
	names := map[string]bool{}
	for _, item := range items {
		written(item, names)
	}
	for _, name := range sortedKeys(names) {
		if declared := c.flow.declared[name]; declared != nil && declared.Optional && c.flow.names[name] != nil {
			c.flow.set(name, declared)
		}
	}
}
