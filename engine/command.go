package engine

import (
	"time"

	"waybill/definitions/value"
)

// Command is something the host must do. The set is closed.
type Command interface{ command() }

type (
	// RunAction executes a local action in the turn's transaction; the host answers Answered or Failed.
	RunAction struct {
		Wait   NodeID
		Step   string
		Action string
		Input  map[string]any
		// Undoes is the node that a compensation undoes; 0 in the ordinary flow.
		Undoes NodeID
	}

	// CallRemote requests a remote action; its answer comes as Answered or Failed in a later turn.
	CallRemote struct {
		Wait    NodeID
		Step    string
		Action  string
		Input   map[string]any
		Timeout time.Duration
		Attempt int
		Undoes  NodeID
	}
	CancelCall struct{ Wait NodeID }

	// OpenTask puts a task on people's lists.
	OpenTask struct {
		Wait     NodeID
		Step     string
		Stage    string // the innermost stage around it; "" for none
		Title    value.Title
		Roles    []string
		People   []string // candidates; empty: everybody of Roles
		Assignee string   // "" while nobody has it
		NotBy    []string // persons who may not complete it
		Show     []Shown
		Form     []value.Field
		Outcomes []string
		Due      time.Time // zero: never
		Priority int
	}
	// ChangeTask says who may do an open task from now on.
	ChangeTask struct {
		Wait     NodeID
		Roles    []string
		People   []string
		Also     []string // persons who may do it whatever Roles and People say
		Assignee string
		NotBy    []string
		Due      time.Time
		Late     bool
	}
	// CloseTask takes a task from all lists.
	CloseTask struct {
		Wait    NodeID
		Why     Closing
		By      string
		For     string
		Outcome string
		Form    map[string]any
	}
	// Notify tells people about an open task.
	Notify struct {
		Wait   NodeID
		Roles  []string
		People []string
		// Superior asks for the superior of the assignee or of the role.
		Superior bool
		Why      Notice
	}

	// StartChild starts a sub-process; ChildEnded answers unless it is detached.
	StartChild struct {
		Wait     NodeID
		Step     string
		Process  string
		Latest   bool
		Detached bool
		Input    map[string]any
		Depth    int
	}
	// CancelChild ends a running sub-process, which undoes itself, and then answers ChildEnded.
	CancelChild struct{ Wait NodeID }
	// UndoChild asks an ended one to undo itself; it answers ChildEnded with Undone.
	UndoChild struct{ Wait NodeID }

	// Subscribe and Unsubscribe open and close a wait for a message. Key "" takes any key.
	Subscribe struct {
		Wait    NodeID
		Message string
		Key     string
	}
	Unsubscribe struct{ Wait NodeID }

	// SendMessage sends a message to other instances and to subscribers outside, once its turn commits.
	// Its id in the host is that of the instance and the wait: sent once.
	SendMessage struct {
		Wait    NodeID
		Step    string
		Message string
		Key     string // "" for none
		With    map[string]any
	}

	// AcquireLocks asks for all the names together, first come, first served; Acquired answers.
	AcquireLocks struct {
		Wait  NodeID
		Step  string
		Names []string // sorted, each once
	}
	// ReleaseLocks gives up what AcquireLocks with that wait id holds or waits for.
	ReleaseLocks struct{ Wait NodeID }

	// Unclaimed gives a message back that the instance had kept and that nothing in it took: the host
	// treats it as one that nobody waited for.
	Unclaimed struct{ Letter Letter }

	// WakeAt asks for a Ticked at that time: the earliest of all deadlines. Only Outstanding gives it.
	WakeAt struct{ At time.Time }

	// RaiseIncident and ClearIncident mark a step that stands still until an operator acts.
	RaiseIncident struct {
		Wait NodeID
		Step string
		Code string
		Text string
	}
	ClearIncident struct{ Wait NodeID }

	// Record is one row of the history.
	Record struct {
		What Fact
		Wait NodeID
		Step string
		By   string
		For  string
		Data map[string]any
	}

	// Ended says that the instance is over. Error is the business error that nothing caught.
	Ended struct {
		Outcome string
		Data    map[string]any
		Error   *BusinessError
		Undone  bool
	}
)

// Shown is a datum of a task with the value it had when the task opened.
type Shown struct {
	Name  string      `json:"name"`
	Title value.Title `json:"title,omitempty"`
	Value any         `json:"value"`
}

// Closing is why a task left the lists.
type Closing string

// The reasons.
const (
	ClosedCompleted Closing = "completed"
	ClosedWithdrawn Closing = "withdrawn"
)

// Notice is why people are told about a task.
type Notice string

// The notices.
const (
	NoticeReminder   Notice = "reminder"
	NoticeEscalation Notice = "escalation"
	NoticeWithdrawn  Notice = "withdrawn"
)

// Fact is what a row of the history tells.
type Fact string

// The facts.
const (
	FactStarted     Fact = "instance.started"
	FactEnded       Fact = "instance.ended"
	FactUndoing     Fact = "instance.undoing"
	FactPaused      Fact = "instance.paused"
	FactResumed     Fact = "instance.resumed"
	FactCancelled   Fact = "instance.cancelled"
	FactChanged     Fact = "data.changed"
	FactBegan       Fact = "step.began"
	FactFinished    Fact = "step.finished"
	FactSkipped     Fact = "step.skipped"
	FactWithdrawn   Fact = "step.withdrawn"
	FactUndone      Fact = "step.undone"
	FactDecided     Fact = "step.decided"
	FactChose       Fact = "step.chose"
	FactWon         Fact = "step.won"
	FactAside       Fact = "step.aside" // its block is over, its rest runs on beside
	FactFailed      Fact = "call.failed"
	FactLookedUp    Fact = "lookup.read"
	FactRaised      Fact = "error.raised"
	FactCaught      Fact = "error.caught"
	FactOpened      Fact = "task.opened"
	FactClaimed     Fact = "task.claimed"
	FactReleased    Fact = "task.released"
	FactCompleted   Fact = "task.completed"
	FactReminded    Fact = "task.reminded"
	FactEscalated   Fact = "task.escalated"
	FactLate        Fact = "late"
	FactMessage     Fact = "message.taken"
	FactSent        Fact = "message.sent"
	FactMet         Fact = "condition.met" // a becomes turned true
	FactAcquired    Fact = "lock.acquired"
	FactFreed       Fact = "lock.freed"
	FactHeld        Fact = "hold.began"
	FactUnheld      Fact = "hold.over"
	FactTimer       Fact = "timer.fired"
	FactIncident    Fact = "incident.raised"
	FactRetried     Fact = "incident.retried"
	FactSkippedOver Fact = "incident.skipped"
	FactMigrated    Fact = "instance.migrated"
	FactMoved       Fact = "step.moved"    // an operator let the process go on at another step
	FactLeftOut     Fact = "step.left_out" // an operator left out an open step
	FactRepeated    Fact = "step.repeated" // an operator let a finished step run again
)

func (RunAction) command()     {}
func (CallRemote) command()    {}
func (CancelCall) command()    {}
func (OpenTask) command()      {}
func (ChangeTask) command()    {}
func (CloseTask) command()     {}
func (Notify) command()        {}
func (StartChild) command()    {}
func (CancelChild) command()   {}
func (UndoChild) command()     {}
func (Subscribe) command()     {}
func (Unsubscribe) command()   {}
func (SendMessage) command()   {}
func (AcquireLocks) command()  {}
func (ReleaseLocks) command()  {}
func (Unclaimed) command()     {}
func (WakeAt) command()        {}
func (RaiseIncident) command() {}
func (ClearIncident) command() {}
func (Record) command()        {}
func (Ended) command()         {}
