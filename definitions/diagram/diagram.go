// Package diagram draws processes.
//
// A definition is a tree of blocks with one way in and one way out, so its picture needs no search: each
// block is laid out by itself and put into the one around it. No two flows cross, and nothing overlaps.
// One layout has three writers: SVG, BPMN 2.0 with diagram interchange, and Mermaid.
package diagram

import "waybill/definitions"

// Direction is the way in which a process runs over the picture.
type Direction string

// The directions. Down is for narrow screens.
const (
	Right Direction = "right"
	Down  Direction = "down"
)

// Options say how to draw. The zero value draws to the right, in the language of texts without one.
type Options struct {
	Direction Direction
	Lang      string // BCP 47, such as zh-CN; where a title lacks it, the nearest other language stands in
	// Written is the process's file as definitions.ReadYAML reads it. With it, BPMN carries all that the
	// steps say, and what is read back from it is the same process; nil: only ids and structure.
	Written *definitions.Written
}

// Diagram is a laid-out process. Lengths are pixels, x grows to the right and y down; nothing lies
// outside of Width and Height.
type Diagram struct {
	Process       string
	Title         string
	Lang          string
	Direction     Direction
	Shapes        []*Shape // a shape comes after the one it lies in
	Flows         []*Flow
	Width, Height float64
	Source        []Property // what the language says about the process, for the way back
}

// Point is a place.
type Point struct{ X, Y float64 }

// Rect is a box.
type Rect struct{ X, Y, W, H float64 }

// Right and Bottom return the far edges.
func (r Rect) Right() float64  { return r.X + r.W }
func (r Rect) Bottom() float64 { return r.Y + r.H }

// Element is the name of a BPMN element.
type Element string

// The elements that shapes are.
const (
	UserTask          Element = "userTask"
	ServiceTask       Element = "serviceTask"
	BusinessRuleTask  Element = "businessRuleTask"
	ScriptTask        Element = "scriptTask"
	CallActivity      Element = "callActivity"
	SubProcess        Element = "subProcess"
	ExclusiveGateway  Element = "exclusiveGateway"
	InclusiveGateway  Element = "inclusiveGateway"
	ParallelGateway   Element = "parallelGateway"
	ComplexGateway    Element = "complexGateway"
	EventBasedGateway Element = "eventBasedGateway"
	StartEvent        Element = "startEvent"
	EndEvent          Element = "endEvent"
	CatchEvent        Element = "intermediateCatchEvent"
	ThrowEvent        Element = "intermediateThrowEvent"
	BoundaryEvent     Element = "boundaryEvent"
)

// Gateway tells whether the element is a gateway.
func (e Element) Gateway() bool {
	switch e {
	case ExclusiveGateway, InclusiveGateway, ParallelGateway, ComplexGateway, EventBasedGateway:
		return true
	}
	return false
}

// Event tells whether the element is an event.
func (e Element) Event() bool {
	switch e {
	case StartEvent, EndEvent, CatchEvent, ThrowEvent, BoundaryEvent:
		return true
	}
	return false
}

// EventKind is what an event catches or throws.
type EventKind string

// The kinds of events; NoKind is a plain start or end.
const (
	NoKind      EventKind = ""
	Message     EventKind = "message"
	Timer       EventKind = "timer"
	Conditional EventKind = "conditional"
	Error       EventKind = "error"
	Escalation  EventKind = "escalation"
	Signal      EventKind = "signal"
	Compensate  EventKind = "compensate"
	Terminate   EventKind = "terminate"
	Link        EventKind = "link"
)

// Marker says how often an activity runs.
type Marker string

// The markers.
const (
	Once       Marker = ""
	Loop       Marker = "loop"
	InTurn     Marker = "sequential" // multi-instance, one after the other
	SideBySide Marker = "parallel"   // multi-instance, all at once
)

// Shape is an element with a place.
type Shape struct {
	ID      string // an XML name, unique in the diagram
	Step    string // the id of the step it draws, or helps to draw; "" for none
	Element Element
	Event   EventKind
	Marker  Marker
	Name    string // in the language asked
	Note    string // documentation

	// Interrupting is said of boundary events and of the start of event sub-processes.
	Interrupting bool
	// Undone says that the activity undoes another one (isForCompensation).
	Undone bool
	// Triggered says that a sub-process is started by its event.
	Triggered bool

	Parent *Shape // the sub-process it lies in; nil: the process
	Host   *Shape // of a boundary event
	Box    Rect
	Label  *Label // of an event or gateway; nil for none
	Lines  []string
	Detail []string // who or how, below the name; only pictures have it

	// Key is what it is about: a message, a time, a condition, a code, the condition that ends a loop, the
	// process that is called.
	Key  string
	Most int // how often a loop may run; 0: without bound
	// Default is the flow taken where no condition holds.
	Default *Flow
	// Source is what the language says about it: the step's kind and keys, for the way back.
	Source []Property

	edged bool // events stand on its edge
	meets bool // flows meet in it, rather than part
}

// Property is a named text.
type Property struct{ Name, Value string }

// Flow leads from one shape to another, horizontally and vertically only.
type Flow struct {
	ID        string
	From, To  *Shape
	Points    []Point
	Name      string
	Condition string // a formula; "" for none
	Label     *Label
	Source    []Property // what the language says of the branch that begins with it
	// Leaves are the ids of the shapes whose parted ways are over with it, where no other way goes on.
	Leaves []string
	// Association says that it is no flow but binds a compensation to its event.
	Association bool
}

// Label is a text beside a shape or flow.
type Label struct {
	Box   Rect
	Lines []string
}
