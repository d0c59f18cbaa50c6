package engine

import (
	"strings"
	"time"

	"waybill/definitions"
	"waybill/definitions/value"
)

// OpenStep is something that an instance rests on.
type OpenStep struct {
	Wait     NodeID
	Step     string // the id of the step; "" is the process
	For      Rest
	Name     string // the action, the sub-process or the message
	Key      string // the message's key
	Since    time.Time
	Due      time.Time // zero: never; of a task its due, otherwise when the time waited for comes
	Late     bool
	Held     bool      // it stands still because of a hold
	Roles    []string  // those that a task is offered to
	People   []string  // those of them who may do it; none: all
	Assignee string    // of a task
	Incident *Incident // why it stands still, nil where it does not
}

// Rest is what an instance rests on.
type Rest string

// What an instance rests on.
const (
	RestsOnTask      Rest = "task"
	RestsOnAction    Rest = "action"
	RestsOnCall      Rest = "call"
	RestsOnChild     Rest = "child"
	RestsOnMessage   Rest = "message"
	RestsOnTime      Rest = "time"
	RestsOnCondition Rest = "condition"
	RestsOnLock      Rest = "lock"
	RestsOnHold      Rest = "hold" // a stage or an approve that stands still
	RestsOnOperator  Rest = "operator"
)

// Open returns everything that the instance rests on, the longest waiting first.
func (s State) Open() []OpenStep {
	var open []OpenStep
	still := frozen(s.Nodes)
	for _, n := range s.Nodes {
		if o, rests := n.open(); rests {
			o.Held = still[n.ID]
			open = append(open, o)
		}
	}
	return open
}

func (n *Node) open() (OpenStep, bool) {
	o := OpenStep{Wait: n.ID, Step: n.Step, Since: n.Since, Late: n.Late, Incident: n.Incident}
	for _, t := range n.Timers {
		if t.What != timerRemind && t.What != timerEscalate && (o.Due.IsZero() || t.Due.Before(o.Due)) {
			o.Due = t.Due
		}
	}
	switch {
	case n.Task != nil:
		o.For, o.Due = RestsOnTask, n.Task.Due
		o.Roles, o.People, o.Assignee = n.Task.Roles, n.Task.People, n.Task.Assignee
	case n.Call != nil && n.Call.Remote:
		o.For, o.Name = RestsOnCall, n.Call.Action
	case n.Call != nil:
		o.For, o.Name = RestsOnAction, n.Call.Action
	case n.Child != nil:
		o.For, o.Name = RestsOnChild, n.Child.Process
	case n.Listen != nil && n.Listen.Message != "":
		o.For, o.Name, o.Key = RestsOnMessage, n.Listen.Message, n.Listen.Key
	case n.queues():
		o.For, o.Name = RestsOnLock, strings.Join(n.Lock.Names, ", ")
	case n.Incident != nil:
		o.For = RestsOnOperator
	case n.Hold != nil:
		o.For = RestsOnHold
	case len(n.Timers) > 0 && n.Timers[0].What == timerAfter:
		o.For = RestsOnTime
	case n.Watches && n.Role != roleGuard && (n.Fan == nil || n.Fan.waits()):
		o.For = RestsOnCondition
	default:
		return o, false
	}
	if n.Incident != nil {
		o.For = RestsOnOperator
	}
	return o, true
}

// StageProgress is how far a stage has got.
type StageProgress struct {
	Stage  string
	Title  value.Title
	Status StageStatus
	At     time.Time // when it got there; zero where it is ahead
	Late   bool
	Held   bool // it stands still because of a hold
}

// StageStatus is where a stage stands.
type StageStatus string

// The statuses of a stage. Left is one that was begun and withdrawn.
const (
	StageAhead StageStatus = "ahead"
	StageOpen  StageStatus = "open"
	StageDone  StageStatus = "done"
	StageLeft  StageStatus = "left"
)

// Progress returns how far each stage of the process has got, in the order in which they are written.
func Progress(d *definitions.Process, s State) []StageProgress {
	var stages []StageProgress
	var walk func(definitions.Block)
	walk = func(block definitions.Block) {
		for _, step := range block {
			if step.Kind() == definitions.KindStage {
				stages = append(stages, s.progress(step))
			}
			for inner := range step.Blocks() {
				walk(inner)
			}
		}
	}
	walk(d.Body)
	return stages
}

func (s State) progress(stage *definitions.Step) StageProgress {
	p := StageProgress{Stage: stage.ID, Title: stage.Title, Status: StageAhead}
	m := s.markOf(stage.ID)
	if m.Node == 0 {
		return p
	}
	p.At, p.Status = m.At, StageLeft
	if n := s.node(m.Node); n != nil {
		p.Status, p.Late, p.Held = StageOpen, n.Late, frozen(s.Nodes)[n.ID]
	} else if m.Done {
		p.Status = StageDone
	}
	return p
}
