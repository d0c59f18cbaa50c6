package definitions

import (
	"cmp"
	"slices"
	"strconv"

	"waybill/definitions/value"
)

// The outcomes of an approval that every one has.
const (
	approved = "approved"
	rejected = "rejected"
)

func readApprove(c *compiler, k *keys, s *Step) Spec {
	id := k.take(string(KindApprove))
	a := &Approve{Task: *c.task(k), Mode: ModeInTurn}
	a.Levels = c.levels(k, a)
	c.mode(k, a)
	outcome := a.outcomeType()
	if id == nil || !s.Named {
		c.steps(k, "on_reject", place(s.ID, "on_reject"))
		return nil
	}
	result := approvalResult(a, outcome)
	result.Home = c.formHome(s)
	votes, _ := result.Field("votes")
	votes.Type.Elem.Home = result.Home
	c.found.survey.declareKeys(k.n.get("form").entryNodes(), result.Home)
	if by := k.n.get("by"); by != nil {
		for _, level := range by.items {
			c.found.survey.declareKeys(level.get("form").entryNodes(), result.Home)
		}
	}
	c.yield(s, result)
	c.onReject(k, a, s)
	return a
}

// onReject reads what a no leads to. It must leave, unless the outcome is read later.
func (c *compiler) onReject(k *keys, a *Approve, s *Step) {
	ran := c.flow.try(func() { a.OnReject = c.steps(k, "on_reject", place(s.ID, "on_reject")) })
	if !ran.dead {
		at := k.n.pos()
		if k.has("on_reject") {
			at = k.at("on_reject")
		}
		c.later = append(c.later, func() {
			if !c.reads[s.ID+".outcome"] {
				c.found.add(at, codeRejectGoesOn, "a no would go on like a yes: let on_reject leave (end, raise or back_to), or read %s.outcome later", s.ID)
			}
		})
	}
	c.flow.join(ran, way{})
}

func (c *compiler) levels(k *keys, a *Approve) []Level {
	items := k.list("by")
	if !k.has("by") {
		if a.Role == "" && a.Candidates == nil && a.Assign == nil && !k.has("role") && !k.has("candidates") && !k.has("assign") {
			c.found.add(k.n.pos(), codeNobody, "nobody is asked to approve: write by with its levels, or role, candidates or assign")
		}
		return []Level{{Pos: k.n.pos(), Role: a.Role, Seats: 1}}
	}
	if k.has("role") {
		c.found.add(k.at("role"), codeNeedlessKey, "by says which roles approve, so role is not needed")
	}
	out := make([]Level, 0, len(items))
	for _, n := range items {
		l := keysOf(n, "a level", c.found)
		level := Level{Pos: n.pos(), Role: c.role(l, "role"), SuperiorOf: c.people(l.take("superior_of"), onePerson)}
		level.Seats = l.number("seats", 1)
		level.When = c.condition(l.take("when"))
		level.Due, level.Form = c.span(l.take("due")), c.form(l)
		level.Escalate = c.escalations(l, cmp.Or(level.Due, a.Due))
		l.done()
		if l.has("role") == l.has("superior_of") && n.kind == mapping {
			c.found.add(n.pos(), codeNobody, "a level is filled by a role or by superior_of, one of them")
		}
		out = append(out, level)
	}
	if len(out) == 0 && k.take("by") != nil {
		c.found.add(k.at("by"), codeNobody, "an approval needs at least one level")
	}
	return out
}

func (c *compiler) mode(k *keys, a *Approve) {
	n := k.take("mode")
	if n == nil {
		return
	}
	switch mode := ApproveMode(k.scalar("mode", n)); mode {
	case ModeInTurn, ModeAll, ModeAny:
		a.Mode = mode
		return
	}
	seats := 0
	for _, l := range a.Levels {
		seats += l.Seats
	}
	count, err := strconv.Atoi(n.text)
	if n.kind != scalar || err != nil || count < 1 {
		c.found.add(n.pos(), codeWrongValue, "mode is in_turn, all, any or the number of yeses, not %q", clip(n.text))
		return
	}
	if count > seats {
		c.found.add(n.pos(), codeWrongValue, "%d yeses are out of reach: there are %d seats", count, seats)
	}
	a.Mode, a.Yeses = ModeCount, count
}

// approvalResult is what an approval yields: what the last who was asked filled in, and all votes, each
// with what its form held. What only the forms of some levels ask for is optional.
func approvalResult(a *Approve, outcome *value.Type) *value.Type {
	text, whole := &value.Type{Kind: value.Text}, &value.Type{Kind: value.Integer}
	vote := []value.Field{
		{Name: "outcome", Type: outcome},
		{Name: "by", Type: text},
		{Name: "at", Type: &value.Type{Kind: value.Moment}},
	}
	result := slices.Clone(vote)
	vote = append(vote, value.Field{Name: "level", Type: whole}, value.Field{Name: "for", Type: text.AsOptional()})
	forms := [][]value.Field{a.Form}
	for _, l := range a.Levels {
		if l.Form != nil {
			forms = append(forms, l.Form)
		}
	}
	for _, form := range forms {
		for _, f := range form {
			if len(forms) > 1 {
				f.Type = f.Type.AsOptional()
			}
			if _, twice := fieldNamed(vote, f.Name); !twice {
				vote, result = append(vote, f), append(result, f)
			}
		}
	}
	votes := &value.Type{Kind: value.List, Elem: &value.Type{Kind: value.Record, Name: "vote", Fields: vote}}
	result = append(result, value.Field{Name: "votes", Type: votes})
	return &value.Type{Kind: value.Record, Name: "approval", Fields: result}
}

// outcomeType returns the type of the approval's outcome: yes, no, or one of its own.
func (a *Approve) outcomeType() *value.Type {
	t := outcomeChoice(nil, approved, rejected)
	for _, o := range a.Outcomes {
		if !slices.Contains(t.Choices, o.ID) {
			t.Choices = append(t.Choices, o.ID)
		}
	}
	return t
}
