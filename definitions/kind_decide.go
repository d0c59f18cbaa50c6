package definitions

import (
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

func readDecide(c *compiler, k *keys, s *Step) Spec {
	n := k.take(string(KindDecide))
	with := k.entries("with")
	if n == nil {
		return nil
	}
	name := k.scalar(string(KindDecide), n)
	d := c.decision(name)
	if d == nil {
		if !c.brokenDecisions[name] && !c.notUsed(n, codeUnknownDecision, "decision table") {
			c.found.unknown(n, codeUnknownDecision, sortedKeys(c.pack.Decisions), "unknown decision table %q")
		}
		for _, e := range with {
			c.value(e.value, nil)
		}
		c.yield(s, nil)
		return nil
	}
	inputs := make([]value.Field, len(d.Inputs))
	for i, f := range d.Inputs {
		inputs[i] = f
		if k.n.get("with").get(f.Name) == nil && c.flow.names[f.Name] != nil {
			inputs[i].Type = f.Type.AsOptional()
		}
	}
	c.found.survey.mentionKeys(with, homeOf(inputHome, d.home))
	spec := &Decide{Decision: d, With: c.assignments(with, inputs, "the table "+name, n.pos())}
	c.sameNames(spec, d.Inputs, n)
	c.yield(s, &value.Type{Kind: value.Record, Name: name, Fields: d.Table.Result(), Home: homeOf(outputHome, d.home)})
	return spec
}

// sameNames fills the inputs that are not given from process data of the same names.
func (c *compiler) sameNames(d *Decide, inputs []value.Field, n *node) {
	given := map[string]bool{}
	for _, w := range d.With {
		given[w.Name] = true
	}
	for _, f := range inputs {
		if given[f.Name] || c.flow.names[f.Name] == nil {
			continue
		}
		v, problems := formula.Compile(f.Name, &c.static, f.Type)
		for _, p := range problems {
			c.found.add(n.pos(), p.Code, "the input %q is read from process data: %s", f.Name, p.Message)
		}
		if v != nil {
			d.With = append(d.With, Assignment{Name: f.Name, Pos: n.pos(), Value: v})
		}
	}
}
