package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/definitions"
	"waybill/definitions/difference"
)

// Plan says how an instance moves to another revision of its process.
type Plan struct {
	// Steps leads from the ids of renamed steps to their new ids. A step that is not in it is found by its
	// id, or where it has none by its place among its neighbours (see package difference).
	Steps map[string]string `json:"steps,omitempty"`
}

// Verdict says whether an instance can move to another revision, and what becomes of what is open.
type Verdict struct {
	Steps   []Placement // where each open step goes, the oldest first
	Timers  []Remaining // the deadlines that stay as they are
	Reasons []Reason    // why it cannot move; none: it can
	Notes   []Reason    // what does not keep it from moving and is worth knowing
}

// Can reports whether the instance can move.
func (v Verdict) Can() bool { return len(v.Reasons) == 0 }

// Placement says where an open step goes.
type Placement struct {
	Wait NodeID
	From string
	To   string // "" where it goes nowhere
	Fate Fate
}

// Fate is what becomes of an open step.
type Fate string

// The fates of an open step. Reopened: a task leaves the lists and comes back in its new form, with the
// same clock and for whoever had claimed it. Anew: a step that stands still begins as the new revision
// has it once an operator retries it.
const (
	FateKept     Fate = "kept"
	FateChanged  Fate = "changed"
	FateReopened Fate = "reopened"
	FateAnew     Fate = "anew"
	FateNowhere  Fate = "nowhere"
)

// Remaining is a deadline that an instance takes along: what is left of it stays left.
type Remaining struct {
	Wait NodeID
	Step string // its id in the new revision
	What string // due, after, remind, escalate, retry
	Due  time.Time
}

// Reason is one reason why an instance cannot move, or a note about a move.
type Reason struct {
	Code ReasonCode
	Step string // in the old revision, or in the new one where the old one has not got it; "" is the process
	Text string
}

// ReasonCode names a reason or a note.
type ReasonCode string

// The reasons that keep an instance where it is.
const (
	ReasonNotBegun    ReasonCode = "not_begun"
	ReasonEnded       ReasonCode = "ended"
	ReasonUnknownStep ReasonCode = "unknown_step"  // the plan names a step that is not there
	ReasonStepGone    ReasonCode = "step_gone"     // an open step is not in the new revision
	ReasonKind        ReasonCode = "kind_changed"  // an open step is of another kind
	ReasonMoved       ReasonCode = "block_changed" // an open step stands in another block
	ReasonPartGone    ReasonCode = "part_gone"     // the branch, event or handler that runs is not there
	ReasonChanged     ReasonCode = "open_changed"  // an open step has changed in a way that cannot be taken over
	ReasonRunsAgain   ReasonCode = "runs_again"    // a finished step would run once more
	ReasonUndoLost    ReasonCode = "undo_lost"     // a finished step could not be undone any more
	ReasonUndoChanged ReasonCode = "undo_changed"  // what would undo it reads what was not remembered
	ReasonDataType    ReasonCode = "data_type"     // a value does not fit its new type
	ReasonInput       ReasonCode = "input_missing" // a required input has no value
	ReasonDataMissing ReasonCode = "data_missing"  // a step it is past yields what is read later
)

// The notes about a move.
const (
	NotePassedOver  ReasonCode = "passed_over"  // a step stands before where the instance is, and will not run
	NoteDataDropped ReasonCode = "data_dropped" // declared no more: the history keeps its value
	NoteTimerGone   ReasonCode = "timer_gone"   // the new revision has no such deadline
	NoteEventNew    ReasonCode = "event_new"    // it listens from now on
	NoteEventGone   ReasonCode = "event_gone"   // it listens no more
	NoteUndoNew     ReasonCode = "undo_new"     // a finished step will be undone as the new revision says
	NotePartNew     ReasonCode = "part_new"     // a branch or an arm of what is open does not begin any more
)

// NotMovable is the error of Migrate and Move for an instance that cannot move.
type NotMovable struct{ Verdict Verdict }

func (e *NotMovable) Error() string {
	texts := make([]string, len(e.Verdict.Reasons))
	for i, r := range e.Verdict.Reasons {
		texts[i] = r.Text
	}
	return "migrate: " + strings.Join(texts, "; ")
}

// Movable says whether s, a state of an instance of from, can move to to, and how. It looks at the
// definitions and the state alone: no formula is evaluated.
func Movable(from, to *definitions.Process, s State, p Plan) Verdict {
	return newMover(from, to, s, p).move()
}

// Migrate rewrites s, made by an instance of from, for to: every open node goes to its step there, with
// its deadlines, its claimer and its data. It opens and closes nothing; Move does. Its error is a
// *NotMovable. A definition migrated to itself leaves the state as it was.
func Migrate(from, to *definitions.Process, s State, p Plan) (State, error) {
	m := newMover(from, to, s, p)
	if v := m.move(); !v.Can() {
		return s, &NotMovable{v}
	}
	return m.s, nil
}

// mover takes one state to another revision.
type mover struct {
	from, to *definitions.Process
	pairing  *difference.Pairing
	s        State // being rewritten; its nodes are copies
	old      []*Node
	names    map[string]string // renamed data
	behind   map[string]bool   // steps of the new revision that the instance is past
	passed   []*definitions.Step
	stuck    map[string]bool // open steps, by their old ids, that have no place to go to
	deaf     []*Node         // listeners of events that are no more
	idle     []*Node         // guards that have nothing to watch any more
	events   []newEvent
	verdict  Verdict
}

func newMover(from, to *definitions.Process, s State, p Plan) *mover {
	m := &mover{
		from: from, to: to, pairing: difference.Pair(from, to, p.Steps), s: s, old: s.Nodes,
		names: map[string]string{}, behind: map[string]bool{}, stuck: map[string]bool{},
	}
	m.s.Nodes = make([]*Node, len(s.Nodes))
	for i, n := range s.Nodes {
		c := *n
		m.s.Nodes[i] = &c
	}
	for _, old := range sortedKeys(p.Steps) {
		if from.Steps[old] == nil {
			m.no(ReasonUnknownStep, old, "the mapping names step %s, which the old revision has not", old)
		}
		if to.Steps[p.Steps[old]] == nil {
			m.no(ReasonUnknownStep, p.Steps[old], "the mapping names step %s, which the new revision has not", p.Steps[old])
		}
	}
	return m
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (m *mover) no(code ReasonCode, step, format string, args ...any) {
	r := Reason{code, step, fmt.Sprintf(format, args...)}
	if !slices.Contains(m.verdict.Reasons, r) {
		m.verdict.Reasons = append(m.verdict.Reasons, r)
	}
}

func (m *mover) note(code ReasonCode, step, format string, args ...any) {
	r := Reason{code, step, fmt.Sprintf(format, args...)}
	if !slices.Contains(m.verdict.Notes, r) {
		m.verdict.Notes = append(m.verdict.Notes, r)
	}
}

// move rewrites the state, as far as it can be, and says what it found.
func (m *mover) move() Verdict {
	switch m.s.Phase {
	case Unborn:
		m.no(ReasonNotBegun, "", "the instance has not begun")
		return m.verdict
	case Over:
		m.no(ReasonEnded, "", "the instance has ended")
		return m.verdict
	}
	m.renameData()
	for i, n := range m.s.Nodes {
		m.node(m.old[i], n)
	}
	m.newEvents()
	m.s.Nodes = slices.DeleteFunc(m.s.Nodes, func(n *Node) bool { return slices.Contains(m.deaf, n) || slices.Contains(m.idle, n) })
	m.data()
	m.done()
	m.remembered()
	m.missing()
	return m.verdict
}

// describe names a step for people.
func describe(d *definitions.Process, step string) string {
	if s := d.Steps[step]; s != nil {
		return difference.Describe(s)
	}
	return "the process"
}
