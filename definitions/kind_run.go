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
		if !c.isBroken(name) {
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
		c.runs[s.ID] = name
	}
	return r
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
