package engine

import (
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

func (r *run) startTask(strand *Node, step *definitions.Step, spec *definitions.Task) error {
	people, err := r.texts(spec.Candidates, strand)
	if err != nil {
		return err
	}
	if spec.Candidates != nil && len(people) == 0 {
		return &standstill{Code: codeNobody, Text: "there are no candidates"}
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
	r.updateTask(n, func(t *Task) {
		t.offerToAssignee()
		t.Assignee = ""
	})
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
	if n.Role == roleSeat {
		r.takeTurn(n)
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
