package engine

import (
	"slices"
	"time"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// job is what a task or a seat of an approval asks of a person.
type job struct {
	*definitions.Task
	role     string
	people   []string
	form     []value.Field
	due      *definitions.Span
	escalate []definitions.Escalation
	outcomes []string
	seat     bool // of an approval, whose levels say who: the assign of a stage is for its tasks alone
}

// offering is a task whose formulas are evaluated, ready to be opened.
type offering struct {
	task   Task
	timers []Timer
	open   OpenTask
}

// prepare evaluates everything about a task before it opens, so that a formula that fails opens nothing.
func (r *run) prepare(strand *Node, step *definitions.Step, j job) (offering, error) {
	o := offering{task: Task{Roles: named(j.role), People: j.people}}
	var err error
	if o.task.NotBy, err = r.barredBy(j.NotBy, strand); err != nil {
		return o, err
	}
	if o.task.Assignee, err = r.assignee(strand, j, &o.task); err != nil {
		return o, err
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
	o.task.Priority, err = r.priority(j.Priority, strand)
	o.open.Step, o.open.Title, o.open.Stage = step.ID, step.Title, r.stageAround(strand)
	o.open.Form, o.open.Outcomes = j.form, j.outcomes
	return o, err
}

// priority evaluates how urgent a task is: a whole number of 32 bits, as lists of tasks keep it.
func (r *run) priority(f *formula.Formula, strand *Node) (int, error) {
	v, err := r.eval(f, strand)
	n, written := v.(value.Decimal)
	if err != nil || !written {
		return 0, err
	}
	whole, ok := n.Int64()
	if !ok || whole != int64(int32(whole)) {
		return 0, &standstill{Code: "bad_priority", Text: f.Source() + " gives " + n.String() + ", which is too large for a priority"}
	}
	return int(whole), nil
}

// barredBy returns the persons whom the formulas of a not_by keep from a task.
func (r *run) barredBy(notBy []*formula.Formula, strand *Node) ([]string, error) {
	var barred []string
	for _, f := range notBy {
		persons, err := r.texts(f, strand)
		if err != nil {
			return nil, err
		}
		barred = append(barred, persons...)
	}
	return barred, nil
}

// nobody reports whether it is known that nobody may do the task.
func (t *Task) nobody() bool {
	may := func(person string) bool { return !slices.Contains(t.NotBy, person) }
	switch {
	case t.Assignee != "":
		return !may(t.Assignee)
	case slices.ContainsFunc(t.Also, may):
		return false
	case len(t.People) > 0:
		return !slices.ContainsFunc(t.People, may)
	}
	return len(t.Roles) == 0
}

// among reports whether a person is one of those that the task is for, as far as it lists them.
func (t *Task) among(person string) bool {
	return len(t.People) == 0 || slices.Contains(t.People, person)
}

// offerToAssignee offers a task that is for nobody else to who has it, so that it is not lost once it is put back.
func (t *Task) offerToAssignee() {
	if t.Assignee != "" && len(t.Roles)+len(t.People)+len(t.Also) == 0 {
		t.People = []string{t.Assignee}
	}
}

// codeNobody is the incident of a task that nobody may do.
const codeNobody = "nobody"

func errNobody() *standstill { return &standstill{Code: codeNobody, Text: "nobody may do it"} }

// assignee evaluates assign, or the default of the nearest stage around the task that has one. A default gives way
// where that person may not do the task.
func (r *run) assignee(strand *Node, j job, t *Task) (string, error) {
	if j.Assign != nil {
		person, err := r.text(j.Assign, strand)
		if err == nil && person != "" && !t.among(person) {
			err = &standstill{Code: codeNobody, Text: person + " is to have it and is not among its candidates"}
		}
		return person, err
	}
	if j.seat {
		return "", nil
	}
	for n := strand; n != nil; n = r.parent(n) {
		if n.Role != roleStep {
			continue
		}
		if stage, ok := r.step(n).Spec.(*definitions.Stage); ok && stage.Assign != nil {
			person, err := r.text(stage.Assign, strand)
			if !t.among(person) || slices.Contains(t.NotBy, person) {
				person = ""
			}
			return person, err
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
