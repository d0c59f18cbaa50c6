package definitions

import "waybill/definitions/value"

func readLock(c *compiler, k *keys, s *Step) Spec {
	lock := &Lock{}
	for _, n := range k.oneOrMore(string(KindLock)) {
		if f := c.value(n, &value.Type{Kind: value.Text}); f != nil {
			lock.Names = append(lock.Names, f)
		}
	}
	if c.locked {
		c.found.add(k.n.pos(), codeLockInLock, "a lock inside a lock can make two instances wait for each other for ever; take them together: lock: [a, b]")
	}
	outer := c.locked
	c.locked = true
	k.need("steps")
	lock.Steps = c.steps(k, "steps", s.ID)
	c.locked = outer
	if len(lock.Names) == 0 {
		return nil
	}
	return lock
}
