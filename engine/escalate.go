package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/formula"
)

// toSuperior is the To of an escalation that goes to the superior of who has the task.
const toSuperior = "superior"

// escalate does what the nth escalation of an open task says.
func (r *run) escalate(n *Node, nth int) {
	e := r.escalations(n)[nth]
	r.record(FactEscalated, n.ID, n.Step, map[string]any{"to": e.To, "action": string(e.Action)})
	if e.Action == definitions.EscalateNotify {
		notice := Notify{Wait: n.ID, Why: NoticeEscalation}
		if e.To == toSuperior {
			notice.Superior = true
		} else {
			notice.Roles = []string{e.To}
		}
		r.do(notice)
		return
	}
	err := r.hand(n, e)
	switch {
	case err == nil:
		r.handed(n)
	case !r.needs(err):
		if n.Incident == nil {
			r.incident(n, err)
		}
		still := *n.Incident
		still.Again = &Timer{What: timerEscalate, Due: r.e.At, N: nth}
		n.Incident = &still
	}
}

// handed ends the incident of a task that nobody could do and that has gone to others.
func (r *run) handed(n *Node) {
	if n.Incident != nil && n.Incident.Code == codeNobody && !n.Task.nobody() {
		r.clearIncident(n)
	}
}

// hand gives the task to others, or adds them to those who may do it. Reassign starts its clock again.
func (r *run) hand(n *Node, e definitions.Escalation) error {
	task := *n.Task
	var roles, people []string
	if e.To == toSuperior {
		superior, err := r.superior(task)
		if err != nil {
			return err
		}
		people = []string{superior}
	} else {
		roles = []string{e.To}
	}
	if e.Action == definitions.EscalateAdd {
		n.Task = task.with(roles, people)
		r.changeTask(n)
		return nil
	}
	task.Roles, task.People, task.Also, task.Assignee = roles, people, nil, ""
	if len(people) == 1 {
		task.Assignee = people[0]
	}
	if err := r.restart(n, &task); err != nil {
		return err
	}
	n.Task = &task
	r.changeTask(n)
	return nil
}

// with adds roles or people to those who may do a task.
func (t Task) with(roles, people []string) *Task {
	t.offerToAssignee()
	t.Also = append(slices.Clone(t.Also), people...)
	switch {
	case len(roles) == 0:
	case len(t.People) > 0: // they alone might do it, whatever their role
		t.Also, t.People, t.Roles = append(t.Also, t.People...), nil, roles
	default:
		t.Roles = append(slices.Clone(t.Roles), roles...)
	}
	return &t
}

// restart starts the clock of a task again. Escalations that have happened do not happen again.
func (r *run) restart(n *Node, task *Task) error {
	timers, err := r.clock(n, r.jobOf(n))
	if err != nil {
		return err
	}
	left := n.Timers
	n.Late = false
	n.Timers = slices.DeleteFunc(timers, func(t Timer) bool {
		return t.What == timerEscalate && !slices.ContainsFunc(left, func(u Timer) bool { return u.What == t.What && u.N == t.N })
	})
	if len(n.Timers) > 0 && n.Timers[0].What == timerDue {
		task.Due = n.Timers[0].Due
	}
	return nil
}

// superior asks the host for the superior of who has the task.
func (r *run) superior(t Task) (string, error) {
	if t.Assignee == "" {
		return "", &standstill{Code: codeNobody, Text: "the task is nobody's, so nobody's superior can have it"}
	}
	superior, err := r.superiorOf(t.Assignee)
	if err == nil && slices.Contains(t.NotBy, superior) {
		err = &standstill{Code: codeNobody, Text: superior + " may not do it: somebody else has to"}
	}
	return superior, err
}

// superiorOf is the lookup of a person's superior.
func (r *run) superiorOf(person string) (string, error) {
	found, fetched := r.lookup(formula.ObjectSuperior, person)
	if !fetched {
		return "", &formula.NeedLookup{Object: formula.ObjectSuperior, ID: person}
	}
	superior := asText(found)
	if superior == "" {
		return "", &standstill{Code: codeNobody, Text: person + " has no superior"}
	}
	return superior, nil
}

func (r *run) escalations(n *Node) []definitions.Escalation { return r.jobOf(n).escalate }

// jobOf returns what an open task or seat asks of a person, as far as its clock needs it.
func (r *run) jobOf(n *Node) job {
	switch spec := r.step(n).Spec.(type) {
	case *definitions.Task:
		return job{Task: spec, due: spec.Due, escalate: spec.Escalate}
	case *definitions.Approve:
		return seatJob(spec, n.Index)
	}
	return job{}
}
