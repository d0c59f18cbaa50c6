package definitions

func readSend(c *compiler, k *keys, _ *Step) Spec {
	n := k.take(string(KindSend))
	key, with := c.key(k.take("key")), k.entries("with")
	if n == nil {
		return nil
	}
	m := c.message(n)
	if m == nil {
		for _, e := range with {
			c.value(e.value, nil)
		}
		return nil
	}
	c.found.survey.mentionKeys(with, m.home)
	return &Send{Message: m, Key: key, With: c.fill(with, filled{m.With, "the message " + m.ID, "field", n.pos()})}
}
