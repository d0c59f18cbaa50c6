package engine

import (
	"slices"
	"sort"
	"time"
)

// Format is the format of the states that this release writes. It reads this one and the last.
const Format = 1

// State is everything an instance is, as plain data. It names parts of the definition by the ids of
// steps and the places of branches, and other parts of itself by node ids; it never points at the
// definition. Nothing inside a State is ever changed: Step returns a new one that shares what stayed
// the same. The zero State is an instance that has not started.
type State struct {
	Format   int       `json:"format"`
	Phase    Status    `json:"phase"`
	PausedAt time.Time `json:"paused_at,omitzero"` // zero: not paused
	At       time.Time `json:"at"`                 // the clock of the last event
	Next     NodeID    `json:"next"`               // the id that the next node gets
	Depth    int       `json:"depth,omitempty"`    // sub-processes above this one
	Instance Values    `json:"instance"`           // what formulas read as instance
	Nodes    []*Node   `json:"nodes"`              // the open nodes by id; the first is the process itself
	// Done remembers the finished steps that can be undone, in the order in which they finished.
	Done []*Finished `json:"done,omitempty"`
	// Marks say of every step with a written id how far it got last.
	Marks []Mark `json:"marks,omitempty"`
	// Ready are the strands that go on once a pause is over.
	Ready []NodeID `json:"ready,omitempty"`
	// Kept are the messages that came during a pause, Taken the ids of those that were taken last.
	Kept  []Letter `json:"kept,omitempty"`
	Taken []string `json:"taken,omitempty"`
	// Freeing are the locks that are over or withdrawn and still held, because something of them is to be
	// undone first.
	Freeing []HeldLock `json:"freeing,omitempty"`
	// Feeds are the steps each with open_until that have begun. One that is not open is closed.
	Feeds []string `json:"feeds,omitempty"`
	// Cancelling is set from a request to cancel until the instance ends or undoes.
	Cancelling *Cancelling `json:"cancelling,omitempty"`
	// End is the end that was reached; while Phase is undoing, the one that is being brought about.
	End *End `json:"end,omitempty"`
}

// Status is where an instance stands.
type Status string

// The statuses. Paused is one only in the answer of State.Status: a paused instance goes on running or undoing.
const (
	Unborn  Status = ""
	Running Status = "running"
	Undoing Status = "undoing"
	Paused  Status = "paused"
	Over    Status = "ended"
)

// Node is an open part of an instance: the running form of a block, a step, a branch or a listener.
// A strand is a node that runs the steps of a block one after the other; At is the one it is at.
type Node struct {
	ID     NodeID    `json:"id"`
	Parent NodeID    `json:"parent,omitempty"`
	Role   Role      `json:"role"`
	Step   string    `json:"step,omitempty"`  // the step it belongs to; "" is the process
	Index  int       `json:"index,omitempty"` // which branch, round, arm, level, event or handler
	At     int       `json:"at,omitempty"`
	Since  time.Time `json:"since"`
	Data   Data      `json:"data,omitempty"` // what only it and the nodes inside it see
	Timers []Timer   `json:"timers,omitempty"`

	Incident *Incident `json:"incident,omitempty"`
	Call     *Call     `json:"call,omitempty"`
	Task     *Task     `json:"task,omitempty"`
	Approval *Approval `json:"approval,omitempty"`
	Fan      *Fan      `json:"fan,omitempty"`
	Child    *Child    `json:"child,omitempty"`
	Listen   *Listen   `json:"listen,omitempty"`
	Undo     *Reversal `json:"undo,omitempty"`
	Lock     *Lock     `json:"lock,omitempty"`
	Hold     *Hold     `json:"hold,omitempty"` // set while it stands still
	Backs    []Back    `json:"backs,omitempty"`
	// Skips are the steps that a cancel named before they were reached.
	Skips []string `json:"skips,omitempty"`
	// Parked marks a strand that would go on if it were not held.
	Parked bool `json:"parked,omitempty"`

	// Watches says that it may have to act when process data changes.
	Watches bool `json:"watches,omitempty"`
	// Late says that its due time has passed.
	Late bool `json:"late,omitempty"`
	// Aside marks what runs on beside the process under rest: ignore.
	Aside *Aside `json:"aside,omitempty"`
	// Stray marks what was withdrawn and has not said its last word: a remote call, a sub-process, or an
	// undoing, which cannot be stopped. It hangs at the process, and the end waits for it.
	Stray bool `json:"stray,omitempty"`
	// Undoes is the finished node that a compensation undoes.
	Undoes NodeID `json:"undoes,omitempty"`
	// Path are the nodes around what a compensation undoes, or around a stray when it was withdrawn, the
	// outermost first; the process is left out.
	Path []NodeID `json:"path,omitempty"`

	gone bool // closed by the running Step
}

// rootID is the id of the node that is the process itself.
const rootID NodeID = 1

// Role is what a node is.
type Role string

// The roles.
const (
	roleProcess      Role = "process"
	roleStep         Role = "step"
	roleBranch       Role = "branch"       // of parallel
	roleRound        Role = "round"        // of each and repeat
	roleArm          Role = "arm"          // of first_of; waiting while At is negative
	roleThen         Role = "then"         // then_each of parallel or each
	roleSeat         Role = "seat"         // of approve
	roleRejected     Role = "rejected"     // on_reject of approve
	roleListener     Role = "listener"     // an event that listens
	roleGuard        Role = "guard"        // watches the while and the hold of the step that its strand is at
	roleEvent        Role = "event"        // an event's steps
	roleHandler      Role = "handler"      // an on_error's steps
	roleUndo         Role = "undo"         // undoes finished steps, one after the other
	roleCompensation Role = "compensation" // undoes one finished step
)

// Incident is why a node stands still until an operator acts.
type Incident struct {
	Code string `json:"code"`
	Text string `json:"text,omitempty"`
	// Again is the timer whose effect is tried again, nil where it is the step itself.
	Again *Timer `json:"again,omitempty"`
}

// Mark says how far a step got the last time.
type Mark struct {
	Step string    `json:"step"`
	Node NodeID    `json:"node"`
	Done bool      `json:"done,omitempty"`
	At   time.Time `json:"at"`
}

// End is the end of an instance.
type End struct {
	Outcome string         `json:"outcome,omitempty"`
	Error   *BusinessError `json:"error,omitempty"`
	Undone  bool           `json:"undone,omitempty"`
}

// Status returns where the instance stands.
func (s State) Status() Status {
	if !s.PausedAt.IsZero() {
		return Paused
	}
	return s.Phase
}

// Data returns the data of the process itself by name. The caller may keep the map, not what is in it.
func (s State) Data() map[string]any {
	if len(s.Nodes) == 0 {
		return nil
	}
	return s.Nodes[0].Data.Map()
}

// Waits reports whether s still waits for an answer to the command with that wait id. A host asks
// before it executes a RunAction that is not the first of its Step: an earlier answer may have
// withdrawn it.
func (s State) Waits(id NodeID) bool {
	n := s.node(id)
	return n != nil && n.rests() && n.Incident == nil
}

func (s State) node(id NodeID) *Node { return find(s.Nodes, id) }

// find returns the node called id, or nil. Nodes stand in the order of their ids.
func find(nodes []*Node, id NodeID) *Node {
	at, found := slices.BinarySearchFunc(nodes, id, func(n *Node, id NodeID) int { return int(n.ID - id) })
	if !found {
		return nil
	}
	return nodes[at]
}

// rests reports whether the node itself, not something inside it, waits for an event.
func (n *Node) rests() bool {
	return n.Call != nil || n.Task != nil || n.Child != nil || n.Listen != nil || n.Incident != nil || len(n.Timers) > 0 || n.Watches || n.queues()
}

// Datum is a named value.
type Datum struct {
	Name  string
	Value any
}

// Data holds named values. It is small, so it is a list; it is never changed, only replaced.
type Data []Datum

// Get returns the value called name and whether it is there.
func (d Data) Get(name string) (any, bool) {
	for i := range d {
		if d[i].Name == name {
			return d[i].Value, true
		}
	}
	return nil, false
}

// With returns d with name set to v.
func (d Data) With(name string, v any) Data {
	next := make(Data, len(d), len(d)+1)
	copy(next, d)
	for i := range next {
		if next[i].Name == name {
			next[i].Value = v
			return next
		}
	}
	return append(next, Datum{name, v})
}

// Map returns d as a map.
func (d Data) Map() map[string]any {
	m := make(map[string]any, len(d))
	for _, x := range d {
		m[x.Name] = x.Value
	}
	return m
}

// dataOf returns the members of m as Data, sorted by name.
func dataOf(m map[string]any) Data {
	d := make(Data, 0, len(m))
	for name, v := range m {
		d = append(d, Datum{name, v})
	}
	sort.Slice(d, func(i, j int) bool { return d[i].Name < d[j].Name })
	return d
}
