package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/formula"
)

// adaptTask offers an open task to whom the new revision says, and opens it anew where people see
// another form. Whoever has claimed it keeps it, and its clock runs on.
func (r *run) adaptTask(m *mover, old, n *Node) {
	before, after := jobIn(m.from, old), jobIn(r.d, n)
	task := *n.Task
	err := r.offerAnew(&task, before, after, r.parent(n), n)
	if err != nil {
		r.troubleAt(n, err)
		return
	}
	changed := !slices.Equal(task.Roles, n.Task.Roles) || !slices.Equal(task.People, n.Task.People) ||
		!slices.Equal(task.NotBy, n.Task.NotBy) || task.Assignee != n.Task.Assignee || !task.Due.Equal(old.Task.Due)
	n.Task = &task
	fate := m.fate(old.ID)
	stage := (&run{d: m.from, nodes: m.old}).stageAround(old) != r.stageAround(n)
	switch {
	case fate == FateReopened || stage:
		n = r.reopen(n, after)
	case changed:
		r.changeTask(n)
	}
	if n.Incident == nil && task.nobody() {
		r.incident(n, errNobody())
	}
}

// jobIn is what an open task or seat asks of a person, everything of it.
func jobIn(d *definitions.Process, n *Node) job {
	switch spec := d.Steps[n.Step].Spec.(type) {
	case *definitions.Task:
		return job{Task: spec, role: spec.Role, form: spec.Form, due: spec.Due, escalate: spec.Escalate, outcomes: outcomeIDs(spec)}
	case *definitions.Approve:
		return seatJob(spec, n.Index)
	}
	return job{}
}

func (m *mover) fate(wait NodeID) Fate {
	for _, p := range m.verdict.Steps {
		if p.Wait == wait {
			return p.Fate
		}
	}
	return FateKept
}

// offerAnew works out who may do an open task where the new revision says otherwise. What an escalation
// has changed stays.
func (r *run) offerAnew(t *Task, before, after job, strand, n *Node) error {
	if before.role != after.role && slices.Equal(t.Roles, named(before.role)) {
		t.Roles = named(after.role)
	}
	if sourceOf(before.Candidates) != sourceOf(after.Candidates) {
		people, err := r.texts(after.Candidates, strand)
		if err != nil {
			return err
		}
		t.People = people
	}
	if !slices.EqualFunc(before.NotBy, after.NotBy, sameSource) {
		barred, err := r.barredBy(after.NotBy, strand)
		if err != nil {
			return err
		}
		t.NotBy = barred
		if approval := r.parent(n).Approval; approval != nil {
			t.NotBy = append(t.NotBy, approval.voters()...)
		}
	}
	if t.Assignee == "" && sourceOf(before.Assign) != sourceOf(after.Assign) {
		var err error
		t.Assignee, err = r.assignee(strand, after, t)
		return err
	}
	return nil
}

func named(role string) []string {
	if role == "" {
		return nil
	}
	return []string{role}
}

func sameSource(a, b *formula.Formula) bool { return sourceOf(a) == sourceOf(b) }

// reopen takes a task from the lists and puts it back in its new form, under a new wait id: who has the
// old one before him is refused. It returns the task's new node.
func (r *run) reopen(n *Node, j job) *Node {
	step, strand := r.step(n), r.parent(n)
	show, err := r.shown(strand, j.Show)
	if err != nil {
		r.troubleAt(n, err)
		return n
	}
	priority, err := r.priority(j.Priority, strand)
	if err != nil {
		r.troubleAt(n, err)
		return n
	}
	again := *n
	again.ID = r.s.Next
	r.s.Next++
	still := n.Incident
	r.do(CloseTask{Wait: n.ID, Why: ClosedWithdrawn})
	r.close(n)
	r.nodes = append(r.nodes, &again)
	if n.Role == roleStep {
		r.mark(step, again.ID, reached)
	}
	o := offering{task: *n.Task, timers: n.Timers}
	o.task.Priority = priority
	o.open = OpenTask{Step: step.ID, Title: step.Title, Stage: r.stageAround(strand), Show: show, Form: j.form, Outcomes: j.outcomes}
	again.Incident = nil
	r.offer(&again, o)
	if still != nil {
		r.incident(&again, &standstill{Code: still.Code, Text: still.Text})
		again.Incident.Again = still.Again
	}
	return &again
}
