package definitions

import (
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// headcount says how many people a formula may give.
type headcount int

const (
	onePerson headcount = iota
	severalPeople
)

// people compiles a formula that gives a person or a list of them; n nil gives nil.
func (c *compiler) people(n *node, count headcount) *formula.Formula {
	if n == nil {
		return nil
	}
	if n.kind == sequence && count == severalPeople {
		return c.listOfPeople(n)
	}
	f := c.formula(n, nil)
	if f == nil || f.Type() == nil {
		return f
	}
	t := f.Type()
	list := t.Kind == value.List
	if list {
		t = t.Elem
	}
	if list && count == onePerson || !isPerson(t) {
		c.found.add(n.pos(), codeWrongType, "a person is expected here, but %q is %s", clip(f.Source()), f.Type())
	}
	if !list {
		c.persons[f] = []string{f.Source()}
	}
	return f
}

// listOfPeople compiles a list of names of data that each give one person.
func (c *compiler) listOfPeople(n *node) *formula.Formula {
	parts := make([]*formula.Formula, 0, len(n.items))
	for _, item := range present(n.items) {
		f := c.people(item, onePerson)
		if f == nil {
			return nil
		}
		parts = append(parts, f)
	}
	list := formula.List(parts, &value.Type{Kind: value.Text})
	for _, part := range parts {
		c.persons[list] = append(c.persons[list], part.Source())
	}
	return list
}

func isPerson(t *value.Type) bool {
	return t == nil || t.Kind == value.Text || t.Kind == value.Ref || t.Kind == value.Choice
}

// role reads the name of a role of the pack, "" where it is not there.
func (c *compiler) role(k *keys, name string) string {
	n := k.take(name)
	role := k.scalar(name, n)
	if role != "" && !c.isRole(role) {
		c.unknownRole(n)
	}
	return role
}

func (l *loader) unknownRole(n *node) {
	l.found.unknown(n, codeUnknownRole, l.roleNames(), "unknown role %q")
}

func (l *loader) isRole(id string) bool {
	for _, r := range l.pack.Roles {
		if r.ID == id {
			return true
		}
	}
	return false
}

func (l *loader) roleNames() []string {
	names := make([]string, len(l.pack.Roles))
	for i, r := range l.pack.Roles {
		names[i] = r.ID
	}
	return names
}

// superior is what an escalation is sent to beside roles.
const superior = "superior"

// escalations reads what happens when a task stays open; due is that of the task.
func (c *compiler) escalations(k *keys, due *Span) []Escalation {
	var out []Escalation
	for _, n := range k.list("escalate") {
		e := keysOf(n, "an escalation", c.found)
		after := c.spanOrBack(e.need("after"), due)
		to := e.need("to")
		action := e.oneOf("action", string(EscalateNotify), string(EscalateReassign), string(EscalateAdd))
		if !e.has("action") {
			e.need("action")
		}
		e.done()
		if to == nil || after == nil {
			continue
		}
		name := e.scalar("to", to)
		if name != superior && !c.isRole(name) {
			c.unknownRole(to)
		}
		out = append(out, Escalation{After: *after, To: name, Action: EscalationAction(action)})
	}
	return out
}
