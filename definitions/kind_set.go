package definitions

func readSet(c *compiler, k *keys, _ *Step) Spec {
	set := &Set{}
	entries := k.entries(string(KindSet))
	for _, e := range entries {
		name := e.key.text
		declared := c.flow.declared[name]
		if declared == nil && !c.hidden[name] {
			c.found.unknown(e.key, codeUnknownName, sortedKeys(c.flow.declared), "nothing under data is called %q")
			c.value(e.value, nil)
			continue
		}
		v := c.value(e.value, declared)
		if v == nil {
			continue
		}
		t := v.Type()
		if t == nil {
			t = declared
		}
		c.bind(name, t, e.key.pos())
		set.Values = append(set.Values, Assignment{Name: name, Pos: e.key.pos(), Value: v})
	}
	return set
}
