package definitions

func readRun(c *compiler, k *keys, s *Step) Spec {
	n := k.take(string(KindRun))
	with := k.entries("with")
	r := &Run{Latest: k.oneOf("revision", "same", "latest") == "latest", Detached: k.flag("detached")}
	if n == nil {
		return nil
	}
	name := k.scalar(string(KindRun), n)
	child := c.processHeader(name)
	if child == nil {
		if !c.notUsed(n, codeUnknownProcess, "process") {
			c.found.unknown(n, codeUnknownProcess, c.processNames(), "unknown process %q")
		}
		for _, e := range with {
			c.value(e.value, nil)
		}
		c.yield(s, nil)
		return nil
	}
	r.Process = child.ID
	r.With = c.assignments(with, child.Input, "the process "+name, n.pos())
	if !r.Detached {
		c.yield(s, c.resultOf(name))
		c.made(s.ID, nil, child.Only)
		c.runs[s.ID] = name
	}
	if c.locked && !r.Detached {
		c.later = append(c.later, func() {
			if c.takesLocks(child, map[*Process]bool{}) {
				c.found.add(n.pos(), codeLockInLock, "%s takes locks, and this runs it inside a lock: two instances could wait for each other for ever", name)
			}
		})
	}
	return r
}

// takesLocks reports whether a process, or one that it runs and waits for, has a lock.
func (l *loader) takesLocks(p *Process, looked map[*Process]bool) bool {
	if looked[p] {
		return false
	}
	looked[p] = true
	for _, s := range p.Steps {
		switch spec := s.Spec.(type) {
		case *Lock:
			return true
		case *Run:
			if child := l.processHeader(spec.Process); child != nil && !spec.Detached && l.takesLocks(child, looked) {
				return true
			}
		}
	}
	return false
}

// processNames returns the names by which processes can be run here.
func (l *loader) processNames() []string {
	names := sortedKeys(l.sources)
	for _, pack := range sortedKeys(l.uses) {
		for _, id := range sortedKeys(l.uses[pack].sources) {
			names = append(names, pack+"."+id)
		}
	}
	return names
}
