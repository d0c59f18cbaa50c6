package definitions

func readRun(c *compiler, k *keys, s *Step) Spec {
	n := k.take(string(KindRun))
	with := k.entries("with")
	r := &Run{Latest: k.oneOf("revision", "same", "latest") == "latest", Detached: k.flag("detached")}
	if n == nil {
		return nil
	}
	r.Process = k.scalar(string(KindRun), n)
	child := c.processHeader(r.Process)
	if child == nil {
		c.found.unknown(n, codeUnknownProcess, sortedKeys(c.sources), "unknown process %q")
		for _, e := range with {
			c.value(e.value, nil)
		}
		c.yield(s, nil)
		return nil
	}
	r.With = c.assignments(with, child.Input, "the process "+r.Process, n.pos())
	if !r.Detached {
		c.yield(s, c.resultOf(r.Process))
		c.runs[s.ID] = r.Process
	}
	return r
}
