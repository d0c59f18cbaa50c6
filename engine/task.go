package engine

import (
	"slices"
	"time"

	"waybill/definitions"
	"waybill/definitions/value"
)

// Task is who may do an open task now. A person may do it who is of one of the roles, where there are
// any, and one of the people, where there are any.
type Task struct {
	Roles    []string  `json:"roles,omitempty"`
	People   []string  `json:"people,omitempty"`
	Also     []string  `json:"also,omitempty"`     // others who were added, of whatever role
	Assignee string    `json:"assignee,omitempty"` // who has it; nobody else may complete it
	NotBy    []string  `json:"not_by,omitempty"`
	Due      time.Time `json:"due,omitzero"`
	Priority int       `json:"priority,omitempty"`
}

// told returns whom a notice about the task is for, beside its roles.
func (t *Task) told() []string {
	if t.Assignee != "" {
		return []string{t.Assignee}
	}
	return t.People
}

// job is what a task or a seat of an approval asks of a person.
type job struct {
	*definitions.Task
	role     string
	people   []string
	form     []value.Field
	due      *definitions.Span
	escalate []definitions.Escalation
	outcomes []string
}

func (r *run) startTask(strand *Node, step *definitions.Step, spec *definitions.Task) error {
	people, err := r.texts(spec.Candidates, strand)
	if err != nil {
		return err
	}
	if spec.Candidates != nil && len(people) == 0 {
		return &standstill{Code: "nobody", Text: "there are no candidates"}
	}
	offer, err := r.prepare(strand, step, job{
		Task: spec, role: spec.Role, people: people, form: spec.Form, due: spec.Due, escalate: spec.Escalate,
		outcomes: outcomeIDs(spec),
	})
	if err != nil {
		return err
	}
	r.offer(r.openStep(strand, step), offer)
	return nil
}

// offering is a task whose formulas are evaluated, ready to be opened.
type offering struct {
	task   Task
	timers []Timer
	open   OpenTask
}

// prepare evaluates everything about a task before it opens, so that a formula that fails opens nothing.
func (r *run) prepare(strand *Node, step *definitions.Step, j job) (offering, error) {
	var o offering
	assignee, err := r.assignee(strand, j)
	if err != nil {
		return o, err
	}
	o.task = Task{People: j.people, Assignee: assignee}
	if j.role != "" {
		o.task.Roles = []string{j.role}
	}
	for _, f := range j.NotBy {
		persons, err := r.texts(f, strand)
		if err != nil {
			return o, err
		}
		o.task.NotBy = append(o.task.NotBy, persons...)
	}
	if o.task.nobody() {
		return o, errNobody()
	}
	if o.timers, err = r.clock(strand, j); err != nil {
		return o, err
	}
	if len(o.timers) > 0 && o.timers[0].What == timerDue {
		o.task.Due = o.timers[0].Due
	}
	if o.open.Show, err = r.shown(strand, j.Show); err != nil {
		return o, err
	}
	priority, err := r.eval(j.Priority, strand)
	if n, ok := priority.(value.Decimal); ok {
		whole, _ := n.Int64()
		o.task.Priority = int(whole)
	}
	o.open.Step, o.open.Title, o.open.Stage = step.ID, step.Title, r.stageAround(strand)
	o.open.Form, o.open.Outcomes = j.form, j.outcomes
	return o, err
}

// nobody reports whether it is known that nobody may do the task.
func (t *Task) nobody() bool {
	if len(t.People) > 0 {
		return !slices.ContainsFunc(t.People, func(p string) bool { return !slices.Contains(t.NotBy, p) })
	}
	return len(t.Roles) == 0 && (t.Assignee == "" || slices.Contains(t.NotBy, t.Assignee))
}

func errNobody() *standstill { return &standstill{Code: "nobody", Text: "nobody may do it"} }

// assignee evaluates assign, or the default of the nearest stage around the task that has one.
func (r *run) assignee(strand *Node, j job) (string, error) {
	if j.Assign != nil {
		return r.text(j.Assign, strand)
	}
	for n := strand; n != nil; n = r.parent(n) {
		if n.Role != roleStep {
			continue
		}
		if stage, ok := r.step(n).Spec.(*definitions.Stage); ok && stage.Assign != nil {
			return r.text(stage.Assign, strand)
		}
	}
	return "", nil
}

func (r *run) stageAround(n *Node) string {
	for ; n != nil; n = r.parent(n) {
		if n.Role == roleStep && r.step(n).Kind() == definitions.KindStage {
			return n.Step
		}
	}
	return ""
}

func (r *run) shown(strand *Node, show []definitions.Shown) ([]Shown, error) {
	shown := make([]Shown, 0, len(show))
	for _, s := range show {
		v, err := r.eval(s.Value, strand)
		if err != nil {
			return nil, err
		}
		shown = append(shown, Shown{Name: s.Name, Title: s.Title, Value: v})
	}
	return shown, nil
}

// clock returns the timers of a task, its due first.
func (r *run) clock(strand *Node, j job) ([]Timer, error) {
	timers, err := r.dueTimer(j.due, strand)
	if err != nil {
		return nil, err
	}
	var due time.Time
	if len(timers) > 0 {
		due = timers[0].Due
	}
	add := func(what timerKind, n int, span *definitions.Span) error {
		t, ok, err := r.at(span, r.e.At, due, strand)
		if t.What, t.N = what, n; ok {
			timers = append(timers, t)
		}
		return err
	}
	for i := range j.Remind {
		if err := add(timerRemind, i, &j.Remind[i]); err != nil {
			return nil, err
		}
	}
	for i := range j.escalate {
		if err := add(timerEscalate, i, &j.escalate[i].After); err != nil {
			return nil, err
		}
	}
	return timers, nil
}

// offer puts a prepared task on people's lists.
func (r *run) offer(n *Node, o offering) {
	n.Task = &o.task
	n.Timers = o.timers
	open := o.open
	open.Wait, open.Roles, open.People, open.Assignee = n.ID, o.task.Roles, o.task.People, o.task.Assignee
	open.NotBy, open.Due, open.Priority = o.task.NotBy, o.task.Due, o.task.Priority
	r.record(FactOpened, n.ID, n.Step, openedData(&o.task))
	r.do(open)
}

func openedData(t *Task) map[string]any {
	data := map[string]any{}
	if len(t.Roles) > 0 {
		data["roles"] = list(t.Roles)
	}
	if len(t.People) > 0 {
		data["people"] = list(t.People)
	}
	if t.Assignee != "" {
		data["assignee"] = t.Assignee
	}
	if !t.Due.IsZero() {
		data["due"] = value.FormatMoment(t.Due)
	}
	return data
}

func list(texts []string) []any {
	l := make([]any, len(texts))
	for i, t := range texts {
		l[i] = t
	}
	return l
}

func outcomeIDs(t *definitions.Task) []string {
	if len(t.Outcomes) == 0 {
		return []string{outcomeDone}
	}
	ids := make([]string, len(t.Outcomes))
	for i, o := range t.Outcomes {
		ids[i] = o.ID
	}
	return ids
}

// claim gives a task to the person behind the event. In first_of and in parallel one at a time it may
// settle which way is taken.
func (r *run) claim(n *Node) {
	if n.Task.Assignee == r.e.By {
		r.moved = false
		return
	}
	r.updateTask(n, func(t *Task) { t.Assignee = r.e.By })
	r.recordAct(FactClaimed, n.ID, n.Step, nil)
	r.takeTurn(n)
	if spec, ok := r.step(n).Spec.(*definitions.Task); ok && spec.Wins == "claimed" {
		if arm := r.parent(n); arm.Role == roleArm {
			r.withdrawRivals(arm)
		}
	}
}

func (r *run) release(n *Node) {
	r.updateTask(n, func(t *Task) { t.Assignee = "" })
	r.recordAct(FactReleased, n.ID, n.Step, nil)
}

// updateTask changes who may do an open task, and tells the lists.
func (r *run) updateTask(n *Node, update func(*Task)) {
	task := *n.Task
	update(&task)
	n.Task = &task
	r.changeTask(n)
}

func (r *run) changeTask(n *Node) {
	t := n.Task
	r.do(ChangeTask{Wait: n.ID, Roles: t.Roles, People: t.People, Also: t.Also, Assignee: t.Assignee, NotBy: t.NotBy, Due: t.Due, Late: n.Late})
}

// completeTask takes a person's answer. Accepts has checked it, so its form and outcome are good.
func (r *run) completeTask(n *Node, b Completed) {
	b = r.canonical(n, b)
	data := map[string]any{"outcome": b.Outcome}
	if len(b.Form) > 0 {
		data["form"] = b.Form
	}
	r.recordAct(FactCompleted, n.ID, n.Step, data)
	r.do(CloseTask{Wait: n.ID, Why: ClosedCompleted, By: r.e.By, For: r.e.For, Outcome: b.Outcome, Form: b.Form})
	r.takeTurn(n)
	if n.Role == roleSeat {
		r.vote(n, b)
		return
	}
	r.yield(r.parent(n), n.Step, r.answerOf(b))
	r.complete(n, map[string]any{"outcome": b.Outcome})
}

// answerOf is what a completed task yields: its form, and how, by whom and when it was completed.
func (r *run) answerOf(b Completed) map[string]any {
	v := make(map[string]any, len(b.Form)+3)
	for name, x := range b.Form {
		v[name] = x
	}
	v["outcome"], v["by"], v["at"] = b.Outcome, r.e.By, value.FormatMoment(r.e.At)
	return v
}

// canonical returns the completion with its form in canonical form and its only outcome filled in.
func (r *run) canonical(n *Node, b Completed) Completed {
	form, outcomes := r.asks(n)
	if b.Outcome == "" && len(outcomes) == 1 {
		b.Outcome = outcomes[0]
	}
	if accepted, err := value.AcceptFields(form, b.Form, r.defaults()); err == nil {
		b.Form = accepted
	}
	return b
}

// asks returns the form and the outcomes of an open task or seat.
func (r *run) asks(n *Node) ([]value.Field, []string) {
	switch spec := r.step(n).Spec.(type) {
	case *definitions.Task:
		return spec.Form, outcomeIDs(spec)
	case *definitions.Approve:
		return seatForm(spec, n.Index), votes(spec)
	}
	return nil, nil
}

func (r *run) closeWithdrawn(n *Node) {
	r.do(CloseTask{Wait: n.ID, Why: ClosedWithdrawn})
	if n.Task.Assignee != "" {
		r.do(Notify{Wait: n.ID, People: []string{n.Task.Assignee}, Why: NoticeWithdrawn})
	}
}
