package formula

import (
	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

func timeFunctions() []libraryFunction {
	return []libraryFunction{
		{Function{"add", `add(time, "2 work days")`, "The moment or date a duration after another; work hours and work days run on the pack's calendar.", `as_text(add(date_of("2026-03-06T10:00+08:00"), "30d"))`, "2026-04-05"}, checkAdd},
		{Function{"work_between", "work_between(a, b)", "The working time between two moments, a duration to compare: work_between(a, b) > \"8 work hours\".", `work_between("2026-03-02T10:00+08:00", "2026-03-02T12:30+08:00")`, "150m"}, inScope(plain(value.Duration, value.Moment, value.Moment))},
		{Function{"days_between", "days_between(a, b)", "The days from a date to another, negative if it lies before.", `days_between("2026-03-01", "2026-04-01")`, "31"}, plain(value.Integer, value.Date, value.Date)},
		{Function{"hours", "hours(duration)", "A duration that is the same on every calendar, or working time, as a number of hours.", `hours("90m")`, "1.5"}, plain(value.Number, value.Duration)},
		{Function{"date_of", "date_of(moment)", "The date of a moment in the calendar's time zone.", `date_of("2026-03-02T10:00+08:00")`, "2026-03-02"}, inScope(plain(value.Date, value.Moment))},
	}
}

// checkAdd checks add(time, duration): a date stays a date.
func checkAdd(c *checker, n call) typed {
	if !c.count(n, 2, 2) {
		return bad()
	}
	t := c.there(c.check(n.args[0], nil), n.args[0])
	if text, written := t.value.(string); written && t.typ.Kind == value.Text {
		want := &value.Type{Kind: value.Moment}
		if len(text) == len("2026-03-02") {
			want.Kind = value.Date
		}
		t = c.fit(t, want, n.args[0])
	}
	d := c.fit(c.check(n.args[1], nil), &value.Type{Kind: value.Duration}, n.args[1])
	if t.bad() || d.bad() {
		return bad()
	}
	switch t.typ.Kind {
	case value.Moment:
		return operation("addToMoment", t.typ, environment(), t.emit(), d.emit())
	case value.Date:
		return operation("addToDate", t.typ, environment(), t.emit(), d.emit())
	}
	return c.problem(n.args[0], codeWrongType, "%s is no moment and no date; numbers and money are added with +", c.described(t, n.args[0]))
}

func instanceFunctions() []libraryFunction {
	return []libraryFunction{
		{Function{"reached", "reached(step)", "Whether the instance has come to a step, even if it is over.", "reached(pick)", ""}, checkState},
		{Function{"open", "open(step)", "Whether a step is running now.", "open(pick)", ""}, checkState},
		{Function{"done", "done(step)", "Whether a step has finished.", "done(pick)", ""}, checkState},
		{Function{"people", "people(role, skill: x)", "The persons of a role, or those of them with a skill: a list of person ids, read at that moment.", `people(sales, skill: "english")`, ""}, checkPeople},
		{Function{"superior", "superior(person)", "The superior of a person, who may be missing.", "superior(actor)", ""}, checkSuperior},
	}
}

// checkState checks reached(step), open(step) and done(step), whose argument is a step's bare id.
func checkState(c *checker, n call) typed {
	if !c.count(n, 1, 1) {
		return bad()
	}
	step, ok := bareName(n.args[0])
	switch {
	case !ok:
		return c.problem(n.args[0], codeWrongArguments, "%s needs the id of a step", n.name)
	case c.static.Step == nil || !c.static.Step(step):
		return c.unknownStep(n.args[0], step)
	}
	c.outside = true
	c.asks = append(c.asks, step)
	return operation("asks", &value.Type{Kind: value.Boolean}, environment(), constantNode(n.name), constantNode(step))
}

func (c *checker) unknownStep(at ast.Node, step string) typed {
	var known []string
	if c.static.Steps != nil {
		known = c.static.Steps()
	}
	if near := value.Nearest(step, known); near != "" {
		c.problem(at, codeUnknownStep, "this process has no step %q; did you mean %q?", step, near)
		return c.mend(c.mended(at, near))
	}
	return c.problem(at, codeUnknownStep, "this process has no step %q", step)
}

func bareName(n ast.Node) (string, bool) {
	name, ok := n.(*ast.IdentifierNode)
	if !ok {
		return "", false
	}
	return name.Value, true
}

func checkPeople(c *checker, n call) typed {
	if !c.count(n, 1, 2) {
		return bad()
	}
	role, ok := bareName(n.args[0])
	if !ok {
		return c.problem(n.args[0], codeWrongArguments, "people needs a role, without quotes")
	}
	if c.static.Role != nil && !c.static.Role(role) {
		return c.problem(n.args[0], codeUnknownRole, "this pack has no role %q", role)
	}
	text := &value.Type{Kind: value.Text}
	skill := constant("", text)
	if len(n.args) == 2 {
		if skill = c.fit(c.check(n.args[1], nil), text, n.args[1]); skill.bad() {
			return skill
		}
	}
	c.outside = true
	return operation("people", &value.Type{Kind: value.List, Elem: text}, environment(), constantNode(role), skill.emit())
}

func checkSuperior(c *checker, n call) typed {
	t := inScope(plain(value.Text, value.Text))(c, n)
	if t.bad() {
		return t
	}
	c.outside = true
	return t.with(t.typ.AsOptional())
}
