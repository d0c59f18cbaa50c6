package definitions

import (
	"slices"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// deeds is the one list of what an act of a story may do, by its key.
func deeds() map[string]func(t *testReader, k *keys, n *node) Deed {
	return map[string]func(*testReader, *keys, *node) Deed{
		"expect":   (*testReader).expectTask,
		"claim":    (*testReader).claim,
		"release":  (*testReader).release,
		"complete": (*testReader).complete,
		"message":  (*testReader).send,
		"advance":  (*testReader).advance,
		"cancel":   (*testReader).cancel,
		"retry":    (*testReader).retry,
		"skip":     (*testReader).skip,
		"change":   (*testReader).change,
		"take":     func(t *testReader, k *keys, n *node) Deed { return TakeLock{Lock: k.scalar("take", n)} },
		"free":     func(t *testReader, k *keys, n *node) Deed { return FreeLock{Lock: k.scalar("free", n)} },
		"pause":    func(*testReader, *keys, *node) Deed { return PauseInstance{} },
		"resume":   func(*testReader, *keys, *node) Deed { return ResumeInstance{} },
	}
}

func (t *testReader) act(n *node) Act {
	k := keysOf(n, "an act of a story", t.found)
	a := Act{Pos: n.pos(), Refused: k.text("refused"), As: k.text("as")}
	known := deeds()
	for _, name := range sortedKeys(known) {
		body := k.take(name)
		if body == nil {
			continue
		}
		if a.Do != nil {
			t.found.add(k.at(name), codeTwoKinds, "one line of a story is one act; write %q as a line of its own", name)
			continue
		}
		if a.Do = known[name](t, k, body); a.Do == nil {
			a.Do = PauseInstance{} // there is a finding already
		}
	}
	if a.Do == nil && n.kind == mapping {
		t.found.add(n.pos(), codeUnknownKind, "this act does nothing; an act is one of %s", oneOf(sortedKeys(known)))
	}
	k.done()
	return a
}

func (t *testReader) expectTask(_ *keys, n *node) Deed {
	k := keysOf(n, "an expected task", t.found)
	e := ExpectTask{Role: k.text("role"), Assignee: k.text("assignee"), Due: t.moment(k, "due")}
	task := k.need("task")
	where := k.take("where")
	e.Show, e.Form, e.Outcomes = t.texts(k, "show"), t.texts(k, "form"), t.texts(k, "outcomes")
	k.done()
	if e.Role != "" && !slices.ContainsFunc(t.pack.Roles, func(r Role) bool { return r.ID == e.Role }) {
		t.found.add(k.at("role"), codeUnknownRole, "unknown role %q", clip(e.Role))
	}
	if task == nil {
		return nil
	}
	e.Task = t.task(task)
	for _, name := range textNodes(n.get("show")) {
		if s := t.shownAs(e.Task, name.text); s != nil {
			t.found.survey.mentionShown(name, s.Value, t.proc.ID)
		}
	}
	for _, name := range textNodes(n.get("form")) {
		t.found.survey.mention(Mention{Pos: name.at(0), Home: homeOf(formHome, t.proc.ID, e.Task), Name: name.text})
	}
	e.Where = t.where(where, e.Task)
	return e
}

func (t *testReader) claim(k *keys, n *node) Deed {
	task := t.task(n)
	return ClaimTask{Task: task, Where: t.where(k.take("where"), task)}
}

func (t *testReader) release(k *keys, n *node) Deed {
	task := t.task(n)
	return ReleaseTask{Task: task, Where: t.where(k.take("where"), task)}
}

func (t *testReader) complete(k *keys, n *node) Deed {
	task := t.task(n)
	c := CompleteTask{Task: task, Where: t.where(k.take("where"), task)}
	fields := t.formOf(task)
	c.Form = t.values(k.entries("with"), fields, "the form of "+task, codeUnknownField)
	t.found.survey.mentionKeys(k.n.get("with").entryNodes(), homeOf(formHome, t.proc.ID, task))
	c.Outcome, _ = c.Form["outcome"].(string)
	delete(c.Form, "outcome")
	return c
}

// task reads the id of a task or an approval of the process.
func (t *testReader) task(n *node) string {
	step := t.proc.Steps[n.text]
	if step != nil && (step.Kind() == KindTask || step.Kind() == KindApprove) {
		return n.text
	}
	var known []string
	for id, s := range t.proc.Steps {
		if s.Kind() == KindTask || s.Kind() == KindApprove {
			known = append(known, id)
		}
	}
	slices.Sort(known)
	t.found.unknown(n, codeUnknownStep, known, "the process has no task %q")
	return n.text
}

// formOf returns the fields of a task's form and its outcome.
func (t *testReader) formOf(task string) []value.Field {
	step := t.proc.Steps[task]
	if step == nil {
		return nil
	}
	switch spec := step.Spec.(type) {
	case *Task:
		return append(slices.Clone(spec.Form), value.Field{Name: "outcome", Type: outcomeChoice(spec.Outcomes, doneOutcome)})
	case *Approve:
		fields := []value.Field{{Name: "outcome", Type: spec.outcomeType()}}
		fields = append(fields, spec.Form...)
		for _, l := range spec.Levels {
			fields = append(fields, l.Form...)
		}
		return fields
	}
	return nil
}

// where reads which of several open tasks is meant: by what it shows, or by its role.
func (t *testReader) where(n *node, task string) map[string]any {
	if n == nil {
		return nil
	}
	k := keysOf(n, "where", t.found)
	out := map[string]any{}
	for _, p := range k.n.pairs {
		k.asked = append(k.asked, p.key.text)
		want := &value.Type{Kind: value.Text}
		if s := t.shownAs(task, p.key.text); s != nil {
			want = s.Value.Type()
			t.found.survey.mentionShown(p.key, s.Value, t.proc.ID)
		}
		if v := t.literal(p.value, want); v != nil {
			out[p.key.text] = v
		}
	}
	return out
}

// shownAs returns what a task shows under a name, or under its last part; nil where it shows nothing so.
func (t *testReader) shownAs(task, name string) *Shown {
	var show []Shown
	if step := t.proc.Steps[task]; step != nil {
		switch spec := step.Spec.(type) {
		case *Task:
			show = spec.Show
		case *Approve:
			show = spec.Show
		}
	}
	for i, s := range show {
		if (s.Name == name || lastPart(s.Name) == name) && s.Value.Type() != nil {
			return &show[i]
		}
	}
	return nil
}

// textNodes returns the texts of a list, or the one that stands in its place.
func textNodes(n *node) []*node {
	if n == nil {
		return nil
	}
	all := n.items
	if n.kind == scalar {
		all = []*node{n}
	}
	return slices.DeleteFunc(slices.Clone(all), func(n *node) bool { return n.kind != scalar })
}

func (t *testReader) send(_ *keys, n *node) Deed {
	if n.kind != mapping || len(n.pairs) != 1 {
		t.found.add(n.pos(), codeWrongShape, "a message is written as message: {goods.arrived: {key: PO-1, with: {...}}}")
		return nil
	}
	m, ok := t.messageLike(n.pairs[0])
	if !ok {
		return nil
	}
	return SendMessage{Message: m.Message, Key: m.Key, With: m.With}
}

// messageLike reads a message by its name, with key and with.
func (t *testReader) messageLike(p pair) (ExpectedMessage, bool) {
	m := t.pack.Messages[p.key.text]
	if m == nil {
		t.found.unknown(p.key, codeUnknownMessage, sortedKeys(t.pack.Messages), "unknown message %q")
		return ExpectedMessage{}, false
	}
	k := keysOf(p.value, "a message", t.found)
	e := ExpectedMessage{Pos: p.key.pos(), Message: m.ID, Key: k.text("key")}
	t.found.survey.mentionKeys(k.n.get("with").entryNodes(), m.home)
	e.With = t.values(k.entries("with"), m.With, "the message "+m.ID, codeUnknownField)
	k.done()
	return e, true
}

// change reads what an operator makes of the process data.
func (t *testReader) change(k *keys, n *node) Deed {
	fields := slices.Concat(t.proc.Input, t.proc.Data)
	return ChangeData{Data: t.values(k.pairs("change", n), fields, "the process "+t.proc.ID, codeUnknownName)}
}

func (t *testReader) advance(k *keys, n *node) Deed {
	d, err := calendar.ParseDuration(k.scalar("advance", n))
	if err != nil || d.Negative() {
		t.found.add(n.pos(), codeWrongValue, "advance is a duration such as 3 work days, not %q", clip(n.text))
		return nil
	}
	return AdvanceClock{By: d}
}

func (t *testReader) cancel(k *keys, n *node) Deed {
	return CancelInstance{Reason: k.scalar("cancel", n)}
}

func (t *testReader) retry(_ *keys, n *node) Deed { return RetryStep{Step: t.place(n)} }

func (t *testReader) skip(k *keys, n *node) Deed {
	s := SkipStep{Step: t.place(n)}
	if with := k.take("with"); with != nil {
		s.Result = t.values(k.pairs("with", with), t.yieldOf(s.Step), s.Step, codeUnknownField)
	}
	return s
}

// place reads the id of a step, or the name of an action or of a message.
func (t *testReader) place(n *node) string {
	if n.kind != scalar || !t.isPlace(n.text) {
		known := slices.Concat(sortedKeys(t.proc.Steps), t.pack.catalogue.Actions(), sortedKeys(t.pack.Messages))
		t.found.unknown(n, codeUnknownStep, known, "neither a step nor an action is called %q")
	}
	return n.text
}

func (t *testReader) isPlace(name string) bool {
	if t.proc.Steps[name] != nil || t.pack.Messages[name] != nil {
		return true
	}
	_, ok := t.pack.catalogue.Action(name)
	return ok
}

// yieldOf returns the outputs of the action that a step calls.
func (t *testReader) yieldOf(step string) []value.Field {
	if a, ok := t.pack.catalogue.Action(step); ok {
		return a.Outputs
	}
	if s := t.proc.Steps[step]; s != nil {
		if do, ok := s.Spec.(*Do); ok {
			return do.Action.Outputs
		}
	}
	return nil
}
