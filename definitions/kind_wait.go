package definitions

import "waybill/definitions/value"

func readWait(c *compiler, k *keys, s *Step) Spec {
	n := k.take(string(KindWait))
	switch {
	case n == nil:
		return nil
	case n.kind == sequence:
		c.found.add(n.pos(), codeWrongShape, "wait is a time, a condition, {message: ...} or {steps: [...]}, not a list")
		return nil
	case n.kind == mapping:
		return c.waitFor(n, s)
	case !isFormula(n):
		if span := c.span(n); span != nil {
			return &Wait{For: span}
		}
		return nil
	}
	f := c.formula(n, nil)
	if f == nil {
		return nil
	}
	if t := f.Type(); t == nil || t.Kind == value.Boolean {
		c.assume(f, yes)
		return &Wait{Until: f}
	}
	if !c.isTime(n, f) {
		return nil
	}
	return &Wait{For: &Span{Pos: n.pos(), Formula: f}}
}

// waitFor reads {message, key, result} or {steps}.
func (c *compiler) waitFor(n *node, s *Step) Spec {
	k := keysOf(n, "a wait", c.found)
	defer k.done()
	if k.has("steps") {
		w, named := &Wait{}, map[string]Position{}
		for _, item := range k.list("steps") {
			if _, ok := c.stepIDs[item.text]; !ok || item.kind != scalar {
				c.found.unknown(item, codeUnknownStep, sortedKeys(c.stepIDs), "unknown step %q")
				continue
			}
			w.Steps, named[item.text] = append(w.Steps, item.text), item.pos()
		}
		if len(w.Steps) == 0 {
			return nil
		}
		if c.locked {
			c.found.add(n.pos(), codeWaitInLock, "a wait for steps stands outside of a lock: what it waits for may itself wait for the lock")
		}
		c.waitsBeside(s, w, named)
		return w
	}
	message := k.need("message")
	if message == nil {
		return nil
	}
	if a := c.await(k, message); a != nil {
		return &Wait{Message: a}
	}
	return nil
}
