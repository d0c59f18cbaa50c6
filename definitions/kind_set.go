package definitions

import "waybill/definitions/value"

func readSet(c *compiler, k *keys, _ *Step) Spec {
	set := &Set{}
	var types []*value.Type
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
		types = append(types, t)
		set.Values = append(set.Values, Assignment{Name: name, Pos: e.key.pos(), Value: v})
	}
	// All formulas read the data as they were before the step, so what it sets is there only after it.
	for i, a := range set.Values {
		set.appends = set.appends || c.stayOpen[a.Name]
		c.bind(a.Name, types[i], a.Pos)
	}
	return set
}
