package definitions

import (
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

	home string // of its fields
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

	// Names holds every name that process data may have, wherever it is in reach.
	Names map[string]Datum

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
	Own   []string // the process data that only its steps know, sorted
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

// Kind returns the keyword of the step.
func (s *Step) Kind() Kind { return s.Spec.kind() }
