package definitions

import (
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// Position is a place in a pack's file. Line and Column count from 1; Column counts characters.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Pack is a checked and compiled pack: nothing in it is missing or of the wrong type, and nothing
// in it changes. It is safe for concurrent use.
type Pack struct {
	Name      string
	Industry  string
	Title     value.Title
	Currency  string // ISO 4217
	Calendar  *calendar.Calendar
	Settings  []value.Field // with their defaults
	Roles     []Role
	Types     map[string]*value.Type
	Messages  map[string]*Message
	Decisions map[string]*Decision // as Processes
	Processes map[string]*Process  // those of the packs it uses too, by their ids pack.id
	// Uses are the packs whose processes, tables and types this one names as pack.name, by pack name.
	Uses map[string]*Pack
	Hash string // of all its files: the revision's identity, "sha256:" and hexadecimal

	catalogue Catalogue // what its actions and objects were checked against
}

// Role is a group of staff that tasks are offered to.
type Role struct {
	ID    string
	Title value.Title
}

// Message is a message that processes wait for or send.
type Message struct {
	ID   string
	With []value.Field
	// Keep is how long a message that nobody waits for is kept: a calendar duration, "forever" or "none".
	Keep string
	// FromOutside says that others than processes send it, ToOutside that others wait for it.
	FromOutside bool
	ToOutside   bool
}

// Process is one compiled process.
type Process struct {
	Pack     *Pack  // whose settings, roles, calendar and messages it has
	ID       string // pack.id where it belongs to a pack that another one uses
	Title    value.Title
	Key      *formula.Formula // business key, unique among running instances; nil where there is none
	Starts   []Start
	Input    []value.Field
	Outcomes []Outcome // the first is reached by running off the last step
	Data     []value.Field
	Events   []*Event
	OnError  []Handler
	Only     []string // the roles for which it exists; empty: everybody
	Body     Block

	// Result is what run: yields: a record of the outcome and of the data that outlive the process.
	// What some end does not know is optional.
	Result *value.Type

	// Steps holds every step by its ID, those of events, handlers and compensations included.
	Steps map[string]*Step

	raised  raisable // the business errors that come out of it
	endings []ending // what is known at each of its ends
}

// Start says how an instance comes to be; exactly one of its parts is set.
type Start struct {
	Pos     Position
	Manual  []string // roles that may start it by hand; non-nil, empty: anybody who may start processes
	Message string   // its body is the input
	Every   *Schedule
}

// Schedule starts instances by the clock: a calendar phrase such as "work day at 16:00", or a cron text.
type Schedule struct {
	Text string
	Cron string
	// WorkDays says that only the work days of the pack's calendar count.
	WorkDays bool
}

// Outcome is a named end of a process; Undo says that reaching it undoes what finished.
type Outcome struct {
	ID    string
	Title value.Title
	Undo  bool
}

// Block is a sequence of steps.
type Block []*Step

// Step is one step: its kind's own part stands in Spec.
type Step struct {
	// ID is unique in the process and stable while the file is not edited: the id as written, or for
	// a step without one its place, such as supply/2 (third step of stage supply) or 0/else/1.
	ID           string
	Named        bool // the analyst wrote the id
	Pos          Position
	Title        value.Title
	Note         string
	Spec         Spec
	When         *formula.Formula // nil: always
	While        *formula.Formula // as When, and turning false later withdraws the step; nil: always
	Undo         bool             // with While: withdrawing also undoes what finished in it
	Hold         *formula.Formula // of a stage, task or approve: while true, it stands still; nil: never
	Compensation Block            // nil where none is written
	OnError      []Handler
}

// Handler is one entry of on_error.
type Handler struct {
	Pos   Position
	Code  string // "any" takes every business error
	Steps Block
}

// Spec is the part of a step that its kind defines. The kinds are a closed set.
type Spec interface{ kind() Kind }

// Kind is the keyword of a step.
type Kind string

// The kinds of steps.
const (
	KindStage    Kind = "stage"
	KindTask     Kind = "task"
	KindApprove  Kind = "approve"
	KindDo       Kind = "do"
	KindDecide   Kind = "decide"
	KindSet      Kind = "set"
	KindChoose   Kind = "choose"
	KindParallel Kind = "parallel"
	KindEach     Kind = "each"
	KindRepeat   Kind = "repeat"
	KindWait     Kind = "wait"
	KindFirstOf  Kind = "first_of"
	KindSend     Kind = "send"
	KindRun      Kind = "run"
	KindLock     Kind = "lock"
	KindBackTo   Kind = "back_to"
	KindCancel   Kind = "cancel"
	KindRaise    Kind = "raise"
	KindEnd      Kind = "end"
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
}

// Until says when a block of branches or rounds is over.
type Until struct {
	Mode    UntilMode
	Count   int              // with UntilCount
	Formula *formula.Formula // with UntilFormula; may read finished and total
	Cancel  bool             // rest: cancel (true) or ignore (false); meaningless with UntilAll
	Undo    bool             // with Cancel: also undo what finished in the rest
}

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
	AtOnce  int // 1: one at a time (default); 0: all
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

// Kind returns the keyword of the step.
func (s *Step) Kind() Kind { return s.Spec.kind() }
