package definitions

import (
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/formula"
)

// TestFile holds the scenario tests of one process.
type TestFile struct {
	Pos     Position
	Process *Process
	Cases   []*Case
}

// Case is one scenario test: a story that the process must go through.
type Case struct {
	Pos  Position
	Name string
	At   time.Time // the clock when the process starts; zero where the case does not say
	// StartedBy is what starts the process, which must be one of its starts: a message, a role, or "clock";
	// "" where the case does not say.
	StartedBy string
	// Settings replace the pack's of the same names.
	Settings map[string]any
	// Start is the input; a test may leave out what its story does not need.
	Start map[string]any
	// Given are actions that run before the process starts, where actions run on a real database.
	Given []Given
	// Taken are the locks that other instances hold when the process starts.
	Taken  []string
	Stubs  []Stub
	Story  []Act
	Expect Expectation
}

// Given is an action with its inputs; a test may leave out those that its story does not need.
type Given struct {
	Pos    Position
	Action *Action
	Input  map[string]any
}

// Stub answers in the place of an action, a sub-process or an object of the catalogue: the first call
// gets the first answer, and so on; the last answer goes to all calls after it.
type Stub struct {
	Pos     Position
	Kind    StubKind
	Name    string
	Answers []Answer
}

// StubKind says what a stub stands for.
type StubKind string

// The kinds of stubs.
const (
	StubAction  StubKind = "action"
	StubProcess StubKind = "process"
	StubObject  StubKind = "object"
)

// Answer is one answer of a stub: a result, a business error or a technical failure. Outcome is set for
// a process.
type Answer struct {
	Pos     Position
	Outcome string
	Result  map[string]any // nil with an error or a failure; a test may leave out outputs
	Error   string         // the code; "" for none
	Text    string
	With    map[string]any // the error's
	Failure string         // the text of a technical failure; "" for none
}

// Act is one line of a story.
type Act struct {
	Pos Position
	// Refused is the reason for which the act must be refused; "" where it must be taken.
	Refused string
	As      string // the person who acts; "" for the system
	Do      Deed
}

// Deed is what an act does. The set is closed.
type Deed interface{ deed() }

type (
	// ExpectTask looks for exactly one open task like this; the empty parts do not count.
	ExpectTask struct {
		Task     string
		Role     string
		Assignee string
		Due      time.Time
		Where    map[string]any
		// Show are the names of all that it shows, Form of all its fields, Outcomes its answers; nil where
		// the test does not say.
		Show     []string
		Form     []string
		Outcomes []string
	}
	// ClaimTask and ReleaseTask take an open task and put it back.
	ClaimTask struct {
		Task  string
		Where map[string]any
	}
	ReleaseTask struct {
		Task  string
		Where map[string]any
	}
	// CompleteTask completes an open task. Outcome is "" where the test does not say: the task's only one.
	CompleteTask struct {
		Task    string
		Where   map[string]any
		Outcome string
		Form    map[string]any
	}
	// SendMessage sends a message; Key "" is one without a key.
	SendMessage struct {
		Message string
		Key     string
		With    map[string]any
	}
	// AdvanceClock lets time go by on the pack's calendar.
	AdvanceClock struct{ By calendar.Duration }
	// The operator's acts. Step names the step that has the incident.
	CancelInstance struct{ Reason string }
	RetryStep      struct{ Step string }
	SkipStep       struct {
		Step   string
		Result map[string]any
	}
	ChangeData     struct{ Data map[string]any }
	PauseInstance  struct{}
	ResumeInstance struct{}
	// TakeLock and FreeLock are what another instance does with a lock.
	TakeLock struct{ Lock string }
	FreeLock struct{ Lock string }
)

func (ExpectTask) deed()     {}
func (ClaimTask) deed()      {}
func (ReleaseTask) deed()    {}
func (CompleteTask) deed()   {}
func (SendMessage) deed()    {}
func (AdvanceClock) deed()   {}
func (CancelInstance) deed() {}
func (RetryStep) deed()      {}
func (SkipStep) deed()       {}
func (ChangeData) deed()     {}
func (PauseInstance) deed()  {}
func (ResumeInstance) deed() {}
func (TakeLock) deed()       {}
func (FreeLock) deed()       {}

// Expectation is what must hold after the story. The empty parts do not count.
type Expectation struct {
	Pos     Position
	Outcome string
	Error   string // the code of the business error that ended the instance
	// Undone says whether the end must have undone what finished; nil where the test does not say.
	Undone *bool
	// Path are steps, actions and messages sent, in this order; others may stand between.
	Path   []string
	Never  []string
	Sent   []ExpectedMessage // in this order; others may stand between
	Called []ExpectedCalls
	// Detached are sub-processes that must have been started and left to themselves.
	Detached []string
	Told     []ExpectedNotice // in this order; others may stand between
	Data     []ExpectedData
	Decided  []ExpectedRows
}

// ExpectedMessage is a message that the process must have sent. Key "" and the fields that With leaves
// out do not count.
type ExpectedMessage struct {
	Pos     Position
	Message string
	Key     string
	With    map[string]any
}

// ExpectedCalls are the calls of an action, or the starts of a sub-process, in this order; others may
// stand between. Each is the inputs that it must have had; those left out do not count.
type ExpectedCalls struct {
	Pos    Position
	Name   string
	Inputs []map[string]any
}

// ExpectedNotice is a notice about a task that somebody must have had. The empty parts do not count.
type ExpectedNotice struct {
	Pos  Position
	Task string
	Why  string // reminder, escalation or withdrawn
	To   string // a role, a person or superior
}

// ExpectedData is a condition on process data: Holds over the name value, or else equality with Value.
type ExpectedData struct {
	Pos   Position
	Name  string
	Holds *formula.Formula // nil: equality
	Value any
}

// ExpectedRows are the rows of a decision table that must have won at least once, counted from 1, and
// what decisions must have given; outputs that are left out do not count.
type ExpectedRows struct {
	Pos     Position
	Table   string
	Rows    []int
	Outputs []map[string]any
}
