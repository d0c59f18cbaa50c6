package definitions

func readEnd(c *compiler, k *keys, _ *Step) Spec {
	n := k.take(string(KindEnd))
	c.flow.dead = true
	if n == nil {
		return nil
	}
	name := k.scalar(string(KindEnd), n)
	names := make([]string, len(c.proc.Outcomes))
	for i, o := range c.proc.Outcomes {
		names[i] = o.ID
		if o.ID == name {
			c.ended(name)
			return &End{Outcome: name}
		}
	}
	c.found.unknown(n, codeUnknownOutcome, names, "the process has no outcome %q")
	return nil
}
