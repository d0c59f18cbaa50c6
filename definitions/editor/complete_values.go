package editor

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/schema"
	"waybill/definitions/value"
)

// text offers what a text of a shape may be.
func (c *completer) text(d *described, s schema.Shape) {
	r := whole(d.node)
	switch s.Form {
	case schema.Word:
		for _, w := range s.Words {
			c.add(w, WordItem, "", "", r)
		}
	case schema.Flag:
		c.add("true", WordItem, "", "", r)
		c.add("false", WordItem, "", "", r)
	case schema.Name:
		if !s.Defines {
			c.ofSymbol(d, s.Names, r)
		}
	case schema.Type:
		c.types(d)
	case schema.Duration, schema.Time:
		for _, example := range []string{"30m", "4h", "2d", "4 work hours", "2 work days", "3 months"} {
			c.add(example, WordItem, "duration", "", r)
		}
	}
}

// ofSymbol offers the names of a symbol.
func (c *completer) ofSymbol(d *described, s schema.Symbol, r Range) {
	switch s {
	case schema.Action:
		c.actions(r)
	case schema.Process:
		survey := c.scope(d).survey
		for _, id := range survey.Processes() {
			c.add(id, NameItem, "process", processDoc(survey.Process(id)), r)
		}
	case schema.Step, schema.Place:
		for _, id := range c.steps() {
			c.add(id, StepItem, "", "", r)
		}
		if s == schema.Place {
			c.actions(r)
		}
	case schema.Outcome:
		scope := c.scope(d)
		if p := scope.survey.Process(scope.process); p != nil {
			for _, o := range p.Outcomes {
				c.add(o.ID, WordItem, "outcome", "", r)
			}
		}
	case schema.Role:
		for _, role := range c.scope(d).survey.Pack().Roles {
			c.add(role.ID, NameItem, "role", titleText(role.Title), r)
		}
	default:
		for _, name := range c.named(s) {
			c.add(name, NameItem, string(s), "", r)
		}
	}
}

func (c *completer) actions(r Range) {
	for _, name := range c.pack.catalogue.Actions() {
		if a, ok := c.pack.catalogue.Action(name); ok {
			c.add(name, ActionItem, signature(a.Inputs), actionDoc(a), r)
		}
	}
}

// named returns the names of a symbol that the pack's files make known.
func (c *completer) named(s schema.Symbol) []string { return c.pack.names().defined(s, "") }

// steps returns the ids of the process that the file defines or tests.
func (c *completer) steps() []string {
	var out []string
	process := c.root.get("process").text() + c.root.get("tests").text()
	for _, o := range c.pack.names().list {
		if o.symbol == schema.Step && o.scope == process && o.defines && c.isStep(o) {
			out = append(out, o.name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// isStep reports whether an occurrence that makes a name known is a step's, not that of data.
func (c *completer) isStep(o occurrence) bool {
	return o.implied || !o.data
}

// types offers what may stand next in a type.
func (c *completer) types(d *described) {
	n := d.node
	i := markerIn(n)
	from := i
	for from > 0 && isNameRune(n.letters[from-1].r) {
		from--
	}
	r := n.part(from, i)
	before := tokens(n.letters[:from], 0)
	if len(before) > 0 && before[len(before)-1].text == "ref" {
		for _, name := range c.pack.catalogue.Objects() {
			c.add(name, TypeItem, "object", "", r)
		}
		return
	}
	for _, name := range append(plainTypes(), "list of", "map of", "optional", "ref") {
		c.add(name, TypeItem, "", "", r)
	}
	scope := c.scope(d)
	for _, name := range scope.survey.Types(scope.process) {
		c.add(name, TypeItem, "", typeDoc(scope.survey.Type(scope.process, name)), r)
	}
}

// plain offers the values that a type may have where they can be listed.
func (c *completer) plain(d *described, t *value.Type) {
	r := whole(d.node)
	if t == nil {
		return
	}
	switch t.Kind {
	case value.Choice:
		for _, choice := range t.Choices {
			c.add(choice, WordItem, t.String(), "", r)
		}
	case value.Boolean:
		c.add("true", WordItem, t.String(), "", r)
		c.add("false", WordItem, t.String(), "", r)
	}
}

// typeAt returns the type that a value must have, nil where it is not known.
func (c *completer) typeAt(d *described) *value.Type {
	p := d.parent
	if p == nil {
		return nil
	}
	if p.node.kind == sequence {
		if t := c.typeAt(p); t != nil && t.Kind == value.List {
			return t.Elem
		}
		return nil
	}
	if p.shape.Form == schema.Entries && p.shape.Names == schema.Action {
		return &value.Type{Kind: value.Record, Fields: c.calledWith(d, d.word)}
	}
	if p.shape.Form == schema.Entries && p.shape.Names == schema.Answer {
		t := &value.Type{Kind: value.Record, Fields: c.answer(d.word)}
		if p.word == "called" {
			t.Fields = c.calledWith(d, d.word)
		}
		if d.node.kind == sequence {
			return &value.Type{Kind: value.List, Elem: t}
		}
		return t
	}
	for _, f := range c.fieldsOf(p) {
		if f.Name == d.word {
			return f.Type
		}
	}
	return nil
}

// fieldsOf returns the fields that the keys of a map stand for.
func (c *completer) fieldsOf(d *described) []value.Field {
	if d.shape.Form != schema.Entries {
		return c.scope(d).fields(c.typeAt(d))
	}
	survey := c.scope(d).survey
	switch d.shape.Names {
	case schema.Setting:
		return survey.Pack().Settings
	case schema.Data:
		return c.data(d)
	case schema.Field:
		return c.formOrMessage(d)
	case schema.Input:
		if d.word == "start" {
			return inputOf(survey, c.scope(d).process)
		}
		return c.inputs(d.parent.node, survey)
	}
	return nil
}

// inputs returns what the step around with calls is given.
func (c *completer) inputs(step *node, survey *definitions.Survey) []value.Field {
	pack := survey.Pack()
	if a, ok := c.pack.catalogue.Action(step.get("do").text()); ok {
		return a.Inputs
	}
	if run := step.get("run"); run != nil {
		return inputOf(survey, run.text())
	}
	if table := pack.Decisions[step.get("decide").text()]; table != nil {
		return table.Inputs
	}
	if m := pack.Messages[step.get("send").text()]; m != nil {
		return m.With
	}
	return nil
}

func inputOf(survey *definitions.Survey, process string) []value.Field {
	if p := survey.Process(process); p != nil {
		return p.Input
	}
	return nil
}

// data returns the process data that set sets, or that a test looks at.
func (c *completer) data(d *described) []value.Field {
	scope := c.scope(d)
	if p := scope.survey.Process(scope.process); p != nil {
		if p.Result != nil && c.root.has("tests") {
			return p.Result.Fields
		}
		return p.Data
	}
	return nil
}

// formOrMessage returns the fields of the form that an act fills in, or of the message that it sends.
func (c *completer) formOrMessage(d *described) []value.Field {
	scope := c.scope(d)
	if m := scope.survey.Pack().Messages[d.parent.word]; m != nil {
		return m.With
	}
	if t := scope.survey.Made(scope.process, d.parent.node.get("complete").text()); t != nil {
		return slices.DeleteFunc(slices.Clone(t.Fields), func(f value.Field) bool { return f.Name == "by" || f.Name == "at" || f.Name == "votes" })
	}
	return nil
}

// calledWith returns the fields of what an action or a process is called with.
func (c *completer) calledWith(d *described, name string) []value.Field {
	if a, ok := c.pack.catalogue.Action(name); ok {
		return a.Inputs
	}
	return inputOf(c.scope(d).survey, name)
}

// answer returns the fields of what a stub answers.
func (c *completer) answer(name string) []value.Field {
	if a, ok := c.pack.catalogue.Action(name); ok {
		return a.Outputs
	}
	if o, ok := c.pack.catalogue.Object(name); ok && o != nil {
		return o.Fields
	}
	survey := c.pack.look() // the result of a sub-process needs its steps
	if p := survey.Process(name); p != nil && p.Result != nil {
		return p.Result.Fields
	}
	return nil
}
