package engine

import (
	"time"
)

// NodeID names an open step of one instance. The id of a resting step is its wait id: commands carry
// it, events answer it. Ids grow and are never used twice in an instance.
type NodeID int64

// Event is one thing that happened to an instance, with the clock at which the engine sees it.
type Event struct {
	At       time.Time // the turn's clock; never before State.At
	Recorded time.Time // when it was committed to the inbox: timers due by then come first. Zero: At
	By       string    // the person behind it; "" for the system
	For      string    // whom By stands in for; "" for nobody
	// Settings are the pack's settings in force, Lookups what formulas of this event asked for (see
	// formula.NeedLookup), by object and id. Both are input, so that Step stays a function.
	Settings map[string]any
	// Uses are the settings in force of the packs that the process's pack uses, and of those that they use, by
	// the pack's name: the decision tables of those read them.
	Uses    map[string]map[string]any
	Lookups map[Ref]any
	Body    Body
}

// Ref names an object of the catalogue.
type Ref struct{ Object, ID string }

// Body is what happened. The set is closed.
type Body interface{ body() }

type (
	// Started is the first event of every instance. Input holds one value for each input field.
	Started struct {
		Instance map[string]any // id, process, key, started: what formulas see as instance
		Input    map[string]any
		// Depth counts the sub-processes above this instance.
		Depth int
	}

	// Ticked says that time went on; timers due by Event.At fire.
	Ticked struct{}

	// Claimed, Released and Completed are acts on a task.
	Claimed   struct{ Wait NodeID }
	Released  struct{ Wait NodeID }
	Completed struct {
		Wait    NodeID
		Outcome string
		Form    map[string]any
	}

	// Arrived is a message. Wait is the subscription it was matched to, 0 to let the engine choose.
	Arrived struct {
		Wait    NodeID
		ID      string
		Message string
		Key     string
		With    map[string]any
	}

	// Answered is the result of an action or a remote call. Exactly one of Result and Error is set;
	// both nil: it succeeded and has no outputs.
	Answered struct {
		Wait   NodeID
		Result map[string]any
		Error  *BusinessError
	}

	// Failed is the technical failure of an action, a remote call or a sub-process that never ran.
	Failed struct {
		Wait NodeID
		Code string // the incident's code
		Text string // for people with the right to see it; never leaves PostgreSQL
	}

	// ChildEnded is the end of a sub-process. Undone says that the child undid itself on request.
	ChildEnded struct {
		Wait    NodeID
		Outcome string
		Data    map[string]any
		Error   *BusinessError
		Undone  bool
	}

	// Acquired says that the instance holds the locks it asked for.
	Acquired struct{ Wait NodeID }

	// The operator's acts. Skip and Retry answer an incident. Result stands in for what the skipped
	// step would have yielded; where it is nil, the step yields nothing.
	Retry struct{ Wait NodeID }
	Skip  struct {
		Wait   NodeID
		Result map[string]any
	}
	Change struct {
		Data   map[string]any
		Reason string
	}
	Pause  struct{}
	Resume struct{}
	// Cancel undoes what finished and ends the instance. From a parent, Wait is 0 too.
	Cancel struct{ Reason string }
	// Undo asks an ended sub-process to undo its finished steps.
	Undo struct{}
)

// BusinessError is an outcome that an action declared or a process raised. It is an error, so that an
// action can return it.
type BusinessError struct {
	Code string `json:"code"`
	Text string `json:"text,omitempty"`
	With Values `json:"with,omitempty"`
}

func (b *BusinessError) Error() string {
	if b.Text == "" {
		return b.Code
	}
	return b.Code + ": " + b.Text
}

func (Started) body()    {}
func (Ticked) body()     {}
func (Claimed) body()    {}
func (Released) body()   {}
func (Completed) body()  {}
func (Arrived) body()    {}
func (Answered) body()   {}
func (Failed) body()     {}
func (ChildEnded) body() {}
func (Acquired) body()   {}
func (Retry) body()      {}
func (Skip) body()       {}
func (Change) body()     {}
func (Pause) body()      {}
func (Resume) body()     {}
func (Cancel) body()     {}
func (Undo) body()       {}
