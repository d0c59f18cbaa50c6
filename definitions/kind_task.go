package definitions

import (
	"slices"
	"strings"

	"waybill/definitions/value"
)

// doneOutcome is the outcome of a task that lists none.
const doneOutcome = "done"

func readTask(c *compiler, k *keys, s *Step) Spec {
	id := k.take(string(KindTask))
	task := c.task(k)
	if task.Role == "" && task.Candidates == nil && task.Assign == nil && !c.stage.assign &&
		!k.has("role") && !k.has("candidates") && !k.has("assign") {
		c.found.add(k.n.pos(), codeNobody, "nobody is asked to do this task: write role, candidates or assign")
	}
	if id == nil || !s.Named {
		return nil
	}
	outcome := outcomeChoice(task.Outcomes, doneOutcome)
	result := taskResult(task.Form, outcome)
	result.Home = c.formHome(s)
	c.found.survey.declareKeys(k.n.get("form").entryNodes(), result.Home)
	c.yield(s, result)
	return task
}

// task reads the keys that tasks and approvals have in common.
func (c *compiler) task(k *keys) *Task {
	t := &Task{
		Role:       c.role(k, "role"),
		Candidates: c.people(k.take("candidates"), severalPeople),
		Assign:     c.people(k.take("assign"), onePerson),
		Outcomes:   c.answers(k),
		Form:       c.form(k),
		Show:       c.shown(k.list("show")),
	}
	t.Due = c.span(k.take("due"))
	for _, n := range k.oneOrMore("remind") {
		if s := c.spanOrBack(n, t.Due); s != nil {
			t.Remind = append(t.Remind, *s)
		}
	}
	t.Escalate = c.escalations(k, t.Due)
	for _, n := range k.oneOrMore("not_by") {
		f := c.people(n, severalPeople)
		if f == nil {
			continue
		}
		if t.Assign != nil && f.Source() == t.Assign.Source() {
			c.found.add(n.pos(), codeNobody, "the task is assigned to the very person that not_by shuts out")
		}
		t.NotBy = append(t.NotBy, f)
	}
	if n := k.take("priority"); n != nil {
		t.Priority = c.value(n, &value.Type{Kind: value.Integer})
	}
	return t
}

// form reads the fields that a person fills in.
func (c *compiler) form(k *keys) []value.Field {
	fields := c.types.fields(k.entries("form"), fieldOfRecord)
	for _, f := range fields {
		if slices.Contains([]string{"outcome", "by", "at", "votes"}, f.Name) {
			c.found.add(k.at("form"), codeBadName, "a form has no field %q: the result of the task has that name already", f.Name)
		}
	}
	return fields
}

// formHome is what declares the fields of a step's form.
func (c *compiler) formHome(s *Step) string { return homeOf(formHome, c.proc.ID, s.ID) }

// answers reads outcomes: a list of names, or a map of names and their titles.
func (c *compiler) answers(k *keys) []Outcome {
	n := k.take("outcomes")
	if n == nil {
		return nil
	}
	var out []Outcome
	add := func(name *node, title value.Title) {
		if name.kind != scalar || !value.IsName(name.text) {
			c.found.badName(name, "name for an outcome")
			return
		}
		for _, o := range out {
			if o.ID == name.text {
				c.found.add(name.pos(), codeDuplicateID, "the outcome %q stands twice", name.text)
				return
			}
		}
		out = append(out, Outcome{ID: name.text, Title: title})
	}
	switch n.kind {
	case sequence:
		for _, item := range present(n.items) {
			add(item, nil)
		}
	case mapping:
		for _, p := range n.pairs {
			add(p.key, titleOf(p.value, p.key.text, c.found))
		}
	default:
		c.found.add(n.pos(), codeWrongShape, "outcomes is a list of names, or a map of names and their titles, not %s", n.kind)
	}
	return out
}

// outcomeChoice returns the type of an outcome: one of those listed, or else of otherwise.
func outcomeChoice(listed []Outcome, otherwise ...string) *value.Type {
	t := &value.Type{Kind: value.Choice}
	for _, o := range listed {
		t.Choices = append(t.Choices, o.ID)
	}
	if len(listed) == 0 {
		t.Choices = otherwise
	}
	return t
}

// taskResult is what a task yields.
func taskResult(form []value.Field, outcome *value.Type) *value.Type {
	fields := append(slices.Clone(form),
		value.Field{Name: "outcome", Type: outcome},
		value.Field{Name: "by", Type: &value.Type{Kind: value.Text}},
		value.Field{Name: "at", Type: &value.Type{Kind: value.Moment}})
	return &value.Type{Kind: value.Record, Name: "task", Fields: fields}
}

// shown reads the names of the data that a task shows, with the titles of the fields they name.
func (c *compiler) shown(items []*node) []Shown {
	var out []Shown
	for _, n := range items {
		f := c.formula(n, nil)
		if f == nil {
			continue
		}
		name := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(n.text), "="))
		out = append(out, Shown{Name: name, Title: c.titleAt(name), Value: f})
	}
	return out
}

// titleAt returns the title of the field that a dotted path leads to, nil where it has none.
func (c *compiler) titleAt(path string) value.Title {
	root, rest := cutPath(path)
	fields := append(slices.Clone(c.proc.Input), c.proc.Data...)
	field, ok := fieldNamed(fields, root)
	if !ok {
		if t := c.flow.names[root]; t != nil && rest != "" {
			field, ok = value.Field{Type: t}, true
		}
	}
	for ok && rest != "" {
		root, rest = cutPath(rest)
		t := field.Type
		if t.Kind == value.Ref {
			if object, known := c.catalogue.Object(t.Name); known {
				t = object
			}
		}
		field, ok = t.Field(root)
	}
	if !ok {
		return nil
	}
	return field.Title
}
