package definitions

import (
	"maps"
	"slices"
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// OutcomeCancelled is the outcome of an instance that an operator cancels, where the process lists it.
const OutcomeCancelled = "cancelled"

// ending is what is known of the process data at all ends of a process that have one outcome.
type ending struct {
	outcome string
	names   map[string]*value.Type
}

// ended notes that the process may end here.
func (c *compiler) ended(outcome string) {
	for _, end := range c.ends {
		if end.outcome == outcome {
			c.meetAtEnd(end.names)
			return
		}
	}
	c.ends = append(c.ends, ending{outcome, maps.Clone(c.flow.names)})
}

// meetAtEnd leaves in names what is known both there and here.
func (c *compiler) meetAtEnd(names map[string]*value.Type) {
	for name, t := range c.flow.names {
		switch met := names[name]; {
		case met == nil:
			names[name] = t.AsOptional()
		case met != t && !(met.Optional && alike(met, t)):
			names[name] = c.flow.meet(name, []way{{names: names}, {}})
		}
	}
	for name, t := range names {
		if !t.Optional && c.flow.names[name] == nil {
			names[name] = t.AsOptional()
		}
	}
}

// alike reports whether two types were made from one, so that they differ in being optional at most.
func alike(a, b *value.Type) bool {
	return a.Kind == b.Kind && a.Name == b.Name && a.Elem == b.Elem && len(a.Choices) == len(b.Choices) &&
		len(a.Fields) == len(b.Fields) && (len(a.Fields) == 0 || &a.Fields[0] == &b.Fields[0])
}

// runsOff notes a way that goes to the end of the process, which is its first outcome.
func (c *compiler) runsOff(w way) {
	if w.dead || len(c.proc.Outcomes) == 0 {
		return
	}
	c.flow.try(func() {
		c.flow.follow(w)
		c.ended(c.proc.Outcomes[0].ID)
	})
}

// outcomeType returns the type of a process's outcome.
func (p *Process) outcomeType() *value.Type {
	t := &value.Type{Kind: value.Choice}
	for _, o := range p.Outcomes {
		t.Choices = append(t.Choices, o.ID)
	}
	return t
}

// resultType returns what run: yields: the outcome, and the data that outlive the process. What some
// end does not know is optional.
func (c *compiler) resultType() *value.Type {
	t := &value.Type{Kind: value.Record, Name: c.proc.ID, Fields: []value.Field{{Name: "outcome", Type: c.proc.outcomeType()}}}
	known := map[string]bool{}
	for _, end := range c.ends {
		for name := range end.names {
			known[name] = c.flow.declared[name] != nil && name != "outcome"
		}
	}
	for _, name := range sortedKeys(known) {
		if known[name] {
			t.Fields = append(t.Fields, value.Field{Name: name, Type: atEnds(c.ends, c.flow.declared, name), Only: c.innermost(name)})
		}
	}
	return t
}

// innermost returns the roles for which process data exists, those of the innermost stage where several
// stages hide it.
func (c *compiler) innermost(name string) []string {
	only := c.proc.Names[name].Only
	if len(only) == 0 {
		return nil
	}
	return only[len(only)-1]
}

// atEnds returns what is known of a name at all of the ends.
func atEnds(ends []ending, declared map[string]*value.Type, name string) *value.Type {
	f := newFlow()
	f.declared = declared
	ways := make([]way, len(ends))
	for i, end := range ends {
		ways[i] = way{names: end.names}
	}
	return f.meet(name, ways)
}

// testedOutcome narrows the result of a sub-process by what a condition says of its outcome: what
// every end with such an outcome has set is there.
func (c *compiler) testedOutcome(f *formula.Formula, answer answer) {
	conditions := []string{f.Source()}
	if answer == yes && !strings.ContainsAny(f.Source(), "(?|") && !strings.Contains(f.Source(), " or ") {
		conditions = strings.Split(strings.ReplaceAll(f.Source(), "&&", " and "), " and ")
	}
	for _, source := range conditions {
		path, choice, same := equality(source)
		if !same {
			var differs bool
			if path, choice, differs = equality(strings.Replace(source, "!=", "==", 1)); !differs || !strings.Contains(source, "!=") {
				continue
			}
		}
		if root, rest := cutPath(path); rest == "outcome" && c.runs[root] != "" {
			c.endedWith(root, choice, same == (answer == yes))
		}
	}
}

// endedWith narrows the result under an id to the ends with an outcome, or to those with another.
func (c *compiler) endedWith(id, outcome string, with bool) {
	child := c.processHeader(c.runs[id])
	if child == nil || child.Result == nil {
		return
	}
	ends := slices.DeleteFunc(slices.Clone(child.endings), func(e ending) bool { return (e.outcome == outcome) != with })
	if len(ends) == 0 {
		return
	}
	for _, f := range child.Result.Fields {
		if t := atEnds(ends, nil, f.Name); f.Type.Optional && t != nil && !t.Optional {
			c.flow.narrow([]string{id + "." + f.Name})
		}
	}
}
