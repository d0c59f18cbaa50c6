package definitions

import (
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// Stage is a named phase.
type Stage struct {
	Steps  Block
	Due    *Span
	Events []*Event
	Assign *formula.Formula // the default of its tasks; nil for none
	Only   []string         // the roles for which it exists; empty: everybody
}

// Task is work for one person.
type Task struct {
	Role       string           // "" where only Candidates or Assign say who
	Candidates *formula.Formula // list of person ids
	Assign     *formula.Formula // one person id
	NotBy      []*formula.Formula
	Show       []Shown
	Form       []value.Field
	Outcomes   []Outcome // the task's possible answers, Undo unused; empty: it has one, "done"
	Due        *Span
	Remind     []Span
	Escalate   []Escalation
	Priority   *formula.Formula
	Wins       string // inside first_of: "completed" (default) or "claimed"
}

// Shown is one datum that a task shows.
type Shown struct {
	Name  string // as written: order.number
	Title value.Title
	Value *formula.Formula
}

// Escalation says what happens when a task stays open.
type Escalation struct {
	After  Span
	To     string // a role, or "superior"
	Action EscalationAction
}

// EscalationAction is what an escalation does.
type EscalationAction string

// The escalation actions. Reassign starts the task's clock again.
const (
	EscalateNotify   EscalationAction = "notify"
	EscalateReassign EscalationAction = "reassign"
	EscalateAdd      EscalationAction = "add"
)

// Span is a duration, a moment, or a formula that gives either, counted on the pack's calendar from
// the opening of what it stands on; a negative one counts from the due time.
type Span struct {
	Pos      Position
	Duration calendar.Duration // where it is written plainly
	Formula  *formula.Formula  // otherwise
}

// Approve is a decision by one or several people. It has at least one level; where none is written, that
// is one seat for the people of the task.
type Approve struct {
	Task     // title, show, form, outcomes, due... of every seat that has none of its own
	Levels   []Level
	Mode     ApproveMode
	Yeses    int // with ModeCount
	OnReject Block
}

// Level is one level of an approval.
type Level struct {
	Pos        Position
	Role       string
	SuperiorOf *formula.Formula
	Seats      int // at least 1
	When       *formula.Formula
	Due        *Span
	Escalate   []Escalation
	Form       []value.Field
}

// ApproveMode says how levels combine.
type ApproveMode string

// The modes of an approval.
const (
	ModeInTurn ApproveMode = "in_turn"
	ModeAll    ApproveMode = "all"
	ModeAny    ApproveMode = "any"
	ModeCount  ApproveMode = "count"
)

// Do calls an action of the catalogue.
type Do struct {
	Action  *Action
	With    []Assignment
	Result  string // "" where the result is not kept
	Retry   Retry
	Timeout time.Duration // of a remote action; 0: the default
}

// Retry is the policy for technical failures. Times 0: not retried.
type Retry struct {
	Times int
	First time.Duration
	UpTo  time.Duration
}

// Assignment gives a name a value.
type Assignment struct {
	Name  string
	Pos   Position
	Value *formula.Formula
}

// Decide evaluates a decision table; its outputs become a record under the step's id.
type Decide struct {
	Decision *Decision
	With     []Assignment // those not written are read from process data of the same names
}

// Set sets process data.
type Set struct {
	Values []Assignment

	appends bool // it sets the list of an each with open_until
}

// Choose takes the first branch whose condition holds.
type Choose struct{ Branches []Branch }

// Branch is an arm of choose (When nil: else) or parallel (When nil: always).
type Branch struct {
	ID    string // as written, or its place: supply/1/0, 0/else
	Pos   Position
	Title value.Title
	When  *formula.Formula
	Steps Block
}

// Parallel runs branches side by side.
type Parallel struct {
	Branches []Branch
	Until    Until
	AtOnce   int // 0: all; 1: all are offered, one at a time has the turn
	ThenEach *ThenEach
}

// ThenEach runs once for every member of a block that finishes, or, where Every is above 1, once for
// every so many and once for those left over.
type ThenEach struct {
	Every int // at least 1
	Steps Block
	Own   []string // the process data that only one run of its steps knows, sorted
}

// Until says when a block of branches or rounds is over.
type Until struct {
	Mode    UntilMode
	Count   int              // with UntilCount
	Formula *formula.Formula // with UntilFormula; may read finished and total
	Cancel  bool             // rest: cancel (true) or ignore (false); meaningless with UntilAll
	Undo    bool             // with Cancel: also undo what finished in the rest
}

// RunsOn reports whether the rest of the block runs on beside what follows it.
func (u Until) RunsOn() bool { return u.Mode != UntilAll && !u.Cancel }

// UntilMode is how the end of a block is decided.
type UntilMode string

// The modes of until.
const (
	UntilAll     UntilMode = "all"
	UntilAny     UntilMode = "any"
	UntilNone    UntilMode = "none"
	UntilCount   UntilMode = "count"
	UntilFormula UntilMode = "formula"
)

// Each runs its steps for every item of a list.
type Each struct {
	Item    string
	List    *formula.Formula
	Steps   Block
	Own     []string // the process data that only one round knows, sorted; the item is among them
	AtOnce  int      // 1: one at a time (default); 0: all
	Until   Until
	Collect *Collect

	ThenEach *ThenEach
	// OpenUntil keeps an each that ran empty waiting for more items until it holds; nil: it is over then.
	OpenUntil *formula.Formula
}

// Collect gathers a value of every finished round, in list order.
type Collect struct {
	Into  string
	Value *formula.Formula
}

// Repeat is a loop.
type Repeat struct {
	Steps  Block
	Until  *formula.Formula // tested after each round
	AtMost int              // 0: unbounded
}

// Wait rests until something holds; exactly one part is set.
type Wait struct {
	For     *Span            // a duration or a moment
	Until   *formula.Formula // a condition over process data
	Message *Await
	Steps   []string
}

// Await is a message that something listens for.
type Await struct {
	Message *Message
	Key     *formula.Formula // nil: any key
	Result  string
}

// FirstOf takes what happens first and withdraws the rest.
type FirstOf struct{ Arms []Arm }

// Arm is one thing that may happen in first_of: a trigger, or a step (task, approve, run).
type Arm struct {
	ID      string // that of its step; as written for a trigger, or its place
	Pos     Position
	When    *formula.Formula // tested at the start
	Trigger *Trigger         // one of Trigger and Step is set
	Step    *Step
	Steps   Block
}

// Trigger is what makes something happen; exactly one part is set.
type Trigger struct {
	Message *Await
	After   []Span
	Becomes *formula.Formula // fires when it turns true, or is true on entry
	// Cancel fires when somebody asks to cancel the instance, before that is done; only events have it.
	Cancel *Cancelling
}

// Cancelling listens for a request to cancel the instance.
type Cancelling struct {
	Result string // the name of the record {by, reason}; "" where it is not kept
}

// Event listens beside its process or stage.
type Event struct {
	ID         string // as written, or its place: supply/events/0
	Pos        Position
	Title      value.Title
	When       *formula.Formula
	Trigger    Trigger
	Interrupts bool
	Undo       bool // with Interrupts: undo what finished in the block
	Steps      Block
	Own        []string // the process data that only one arrival's steps know, sorted
}

// Send sends a message to other instances and to subscribers outside.
type Send struct {
	Message *Message
	Key     *formula.Formula // nil: no key
	With    []Assignment
}

// Lock runs its steps while no other instance holds one of its names.
type Lock struct {
	Names []*formula.Formula // each gives a text; at least one
	Steps Block
}

// BackTo leaves to an earlier step of the same or an enclosing block, and goes on from there.
type BackTo struct {
	Step   string
	Undo   bool // undo what finished after the target began
	AtMost int  // how often; beyond it, too_many_rounds is raised
}

// Cancel withdraws what still runs in steps of the process; one not yet reached is skipped when it is.
type Cancel struct {
	Steps []string
	Undo  bool // also undo what finished in them
}

// Run starts a sub-process.
type Run struct {
	Process  string // its ID, by which the Processes of the pack know it
	With     []Assignment
	Latest   bool // revision: latest; otherwise the same
	Detached bool
}

// Raise raises a business error.
type Raise struct {
	Code string
	Text *formula.Formula
	With []Assignment
}

// End ends the instance.
type End struct{ Outcome string }

func (*Stage) kind() Kind    { return KindStage }
func (*Task) kind() Kind     { return KindTask }
func (*Approve) kind() Kind  { return KindApprove }
func (*Do) kind() Kind       { return KindDo }
func (*Decide) kind() Kind   { return KindDecide }
func (*Set) kind() Kind      { return KindSet }
func (*Choose) kind() Kind   { return KindChoose }
func (*Parallel) kind() Kind { return KindParallel }
func (*Each) kind() Kind     { return KindEach }
func (*Repeat) kind() Kind   { return KindRepeat }
func (*Wait) kind() Kind     { return KindWait }
func (*FirstOf) kind() Kind  { return KindFirstOf }
func (*Send) kind() Kind     { return KindSend }
func (*Run) kind() Kind      { return KindRun }
func (*Lock) kind() Kind     { return KindLock }
func (*BackTo) kind() Kind   { return KindBackTo }
func (*Cancel) kind() Kind   { return KindCancel }
func (*Raise) kind() Kind    { return KindRaise }
func (*End) kind() Kind      { return KindEnd }
