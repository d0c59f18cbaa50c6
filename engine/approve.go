package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/value"
)

// Approval is how far an approval has got.
type Approval struct {
	Levels []int  `json:"levels"` // those in force, by their place in the definition
	Level  int    `json:"level"`  // in_turn: how many of them are over
	Votes  []Vote `json:"votes,omitempty"`
	// Decided is the outcome, "" while there is none.
	Decided string `json:"decided,omitempty"`
}

// Vote is one seat's answer.
type Vote struct {
	Level   int    `json:"level"`
	Outcome string `json:"outcome"`
	By      string `json:"by"`
	For     string `json:"for,omitempty"`
	At      string `json:"at"`
	Form    Values `json:"form,omitempty"`
}

// The answers of an approval beside its own outcomes.
const (
	outcomeApproved = "approved"
	outcomeRejected = "rejected"
)

// startApprove offers the seats of the first level, or in the other modes those of all levels. Without
// a level left it stands still: it is never a yes.
func (r *run) startApprove(strand *Node, step *definitions.Step, spec *definitions.Approve) error {
	a := Approval{}
	for i := range spec.Levels {
		holds, err := r.holds(spec.Levels[i].When, strand)
		if err != nil {
			return err
		}
		if holds {
			a.Levels = append(a.Levels, i)
		}
	}
	if len(a.Levels) == 0 {
		return &standstill{Code: "no_level", Text: "no level of the approval is in force"}
	}
	n := r.openStep(strand, step)
	n.Approval = &a
	r.record(FactBegan, n.ID, step.ID, nil)
	r.openSeats(n, spec)
	return nil
}

// openSeats offers the seats that are to be filled now. A seat that nobody may fill is an incident of
// the approval.
func (r *run) openSeats(n *Node, spec *definitions.Approve) {
	levels := n.Approval.Levels
	if spec.Mode == definitions.ModeInTurn {
		levels = levels[n.Approval.Level : n.Approval.Level+1]
	}
	step, strand := r.step(n), r.parent(n)
	var seats []int
	var offers []offering
	for _, level := range levels {
		j := seatJob(spec, level)
		people, err := r.fillers(strand, spec, level)
		if err == nil {
			j.people = people
			var o offering
			o, err = r.prepare(strand, step, j)
			o.task.NotBy = append(o.task.NotBy, n.Approval.voters()...)
			if err == nil && o.task.nobody() {
				err = errNobody()
			}
			for range max(1, spec.Levels[level].Seats) {
				seats, offers = append(seats, level), append(offers, o)
			}
		}
		if err != nil {
			r.troubleAt(n, err)
			return
		}
	}
	for i, o := range offers {
		r.offer(r.open(n, roleSeat, step.ID, seats[i]), o)
	}
}

// fillers returns the persons who may fill the seats of a level; none where a role says who.
func (r *run) fillers(strand *Node, spec *definitions.Approve, level int) ([]string, error) {
	l := spec.Levels[level]
	if l.SuperiorOf != nil {
		person, err := r.text(l.SuperiorOf, strand)
		if err != nil {
			return nil, err
		}
		superior, err := r.superiorOf(person)
		return []string{superior}, err
	}
	people, err := r.texts(spec.Candidates, strand)
	if err == nil && spec.Candidates != nil && len(people) == 0 {
		err = &standstill{Code: codeNobody, Text: "there are no candidates"}
	}
	return people, err
}

// seatJob is what a seat of a level asks: what the level says, and for the rest what the approval says.
func seatJob(spec *definitions.Approve, level int) job {
	l := spec.Levels[level]
	j := job{
		Task: &spec.Task, role: l.Role, form: seatForm(spec, level),
		due: l.Due, escalate: l.Escalate, outcomes: votes(spec), seat: true,
	}
	if j.role == "" && l.SuperiorOf == nil {
		j.role = spec.Role
	}
	if j.due == nil {
		j.due = spec.Due
	}
	if len(j.escalate) == 0 {
		j.escalate = spec.Escalate
	}
	return j
}

func seatForm(spec *definitions.Approve, level int) []value.Field {
	if form := spec.Levels[level].Form; len(form) > 0 {
		return form
	}
	return spec.Form
}

// votes returns the answers that a seat may give.
func votes(spec *definitions.Approve) []string {
	answers := []string{outcomeApproved, outcomeRejected}
	for _, o := range spec.Outcomes {
		if !slices.Contains(answers, o.ID) {
			answers = append(answers, o.ID)
		}
	}
	return answers
}

// voters returns everybody who filled a seat, in person or through somebody standing in.
func (a *Approval) voters() []string {
	var persons []string
	for _, v := range a.Votes {
		if persons = append(persons, v.By); v.For != "" {
			persons = append(persons, v.For)
		}
	}
	return persons
}

// vote counts the answer of a seat, and goes on where it decides something.
func (r *run) vote(seat *Node, b Completed) {
	n := r.parent(seat)
	spec := r.step(n).Spec.(*definitions.Approve)
	a := *n.Approval
	a.Votes = append(slices.Clip(a.Votes), Vote{
		Level: seat.Index, Outcome: b.Outcome, By: r.e.By, For: r.e.For, At: value.FormatMoment(r.e.At), Form: b.Form,
	})
	n.Approval = &a
	r.close(seat)
	open := r.inside(n)
	if a.Decided = verdict(spec, &a, b.Outcome, len(open)); a.Decided != "" {
		r.approvalOver(n, spec, b)
		return
	}
	if len(open) == 0 {
		a.Level++
		r.openSeats(n, spec)
		return
	}
	r.barVoters(open, &a)
}

// barVoters keeps everybody who filled a seat from the others: one person fills one seat.
func (r *run) barVoters(seats []*Node, a *Approval) {
	for _, seat := range seats {
		r.updateTask(seat, func(t *Task) {
			for _, p := range a.voters() {
				if !slices.Contains(t.NotBy, p) {
					t.NotBy = append(slices.Clip(t.NotBy), p)
				}
			}
			if slices.Contains(t.NotBy, t.Assignee) {
				t.Assignee = ""
			}
		})
		if seat.Task.nobody() && seat.Incident == nil {
			r.incident(seat, errNobody())
		}
	}
}

// approvalOver yields the outcome and the votes. A no goes on with on_reject, where it is written.
func (r *run) approvalOver(n *Node, spec *definitions.Approve, last Completed) {
	r.withdrawInside(n)
	answer := r.answerOf(last)
	answer["outcome"] = n.Approval.Decided
	answer["votes"] = n.Approval.votes()
	r.yield(r.parent(n), n.Step, answer)
	if n.Approval.Decided == outcomeRejected && len(spec.OnReject) > 0 {
		r.push(r.open(n, roleRejected, n.Step, 0))
		return
	}
	r.complete(n, map[string]any{"outcome": n.Approval.Decided})
}

func (a *Approval) votes() []any {
	votes := make([]any, len(a.Votes))
	for i, v := range a.Votes {
		vote := map[string]any{"outcome": v.Outcome, "by": v.By, "at": v.At, "level": value.Int(int64(v.Level) + 1)}
		if v.For != "" {
			vote["for"] = v.For
		}
		for name, x := range v.Form {
			vote[name] = x
		}
		votes[i] = vote
	}
	return votes
}

// verdict returns the outcome that the votes so far come to, or "" while it is open. seats counts the
// seats still to be filled now. An outcome of the approval's own decides at once. A no decides in_turn
// and all; otherwise it decides when yes is out of reach.
func verdict(spec *definitions.Approve, a *Approval, last string, seats int) string {
	if last != outcomeApproved && last != outcomeRejected {
		return last
	}
	yeses := 0
	for _, v := range a.Votes {
		if v.Outcome == outcomeApproved {
			yeses++
		}
	}
	needed := yeses + seats
	switch spec.Mode {
	case definitions.ModeAny:
		needed = 1
	case definitions.ModeCount:
		needed = spec.Yeses
	default:
		if last == outcomeRejected {
			return outcomeRejected
		}
		if spec.Mode == definitions.ModeInTurn && a.Level+1 < len(a.Levels) {
			return ""
		}
	}
	switch {
	case yeses >= needed:
		return outcomeApproved
	case yeses+seats < needed:
		return outcomeRejected
	}
	return ""
}
