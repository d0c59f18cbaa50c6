package diagram

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"waybill/definitions/calendar"
)

// Namespace is that of the elements that carry what the language says and BPMN has no words for.
const Namespace = "urn:waybill:process"

// bpmn writes a diagram as BPMN 2.0.
type bpmn struct {
	*xmlWriter
	of   *Diagram
	refs map[string]string // the ids of messages, errors and signals by kind and name
}

// WriteBPMN writes the diagram as BPMN 2.0 XML with diagram interchange. What BPMN cannot say stands in
// extension elements, so that package bpmn reads the same steps back.
func (d *Diagram) WriteBPMN(w io.Writer) error {
	b := &bpmn{xmlWriter: newXML(w), of: d, refs: map[string]string{}}
	b.begin("bpmn:definitions",
		"xmlns:bpmn", "http://www.omg.org/spec/BPMN/20100524/MODEL", "xmlns:bpmndi", "http://www.omg.org/spec/BPMN/20100524/DI",
		"xmlns:dc", "http://www.omg.org/spec/DD/20100524/DC", "xmlns:di", "http://www.omg.org/spec/DD/20100524/DI",
		"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance", "xmlns:waybill", Namespace,
		"id", "definitions", "targetNamespace", Namespace, "exporter", "Waybill")
	b.roots()
	process := xmlName(d.Process)
	if process == "definitions" || b.taken(process) {
		process = "process." + process
	}
	b.begin("bpmn:process", "id", process, "name", d.Title, "isExecutable", "true")
	b.extension("", d.Title, d.Source, nil)
	b.elements(nil)
	b.end()
	b.interchange(process)
	b.end()
	return b.Flush()
}

func (b *bpmn) taken(id string) bool {
	return slices.ContainsFunc(b.of.Shapes, func(s *Shape) bool { return s.ID == id })
}

// roots declares the messages, errors and signals that events refer to.
func (b *bpmn) roots() {
	for _, s := range b.of.Shapes {
		if s.Key == "" || b.refs[string(s.Event)+s.Key] != "" || s.Event == Error && s.Key == anyCode {
			continue
		}
		id := xmlName(fmt.Sprintf("%s_%d_%s", s.Event, len(b.refs)+1, s.Key))
		switch s.Event {
		case Message:
			b.leaf("bpmn:message", "id", id, "name", s.Key)
		case Error:
			b.leaf("bpmn:error", "id", id, "name", s.Key, "errorCode", s.Key)
		case Signal:
			b.leaf("bpmn:signal", "id", id, "name", s.Key)
		default:
			continue
		}
		b.refs[string(s.Event)+s.Key] = id
	}
}

// elements writes what lies directly in a sub-process, or in the process for nil.
func (b *bpmn) elements(parent *Shape) {
	for _, s := range b.of.Shapes {
		if s.Parent == parent {
			b.element(s)
		}
	}
	for _, f := range b.of.Flows {
		if f.From.Parent != parent {
			continue
		}
		if f.Association {
			b.leaf("bpmn:association", "id", f.ID, "sourceRef", f.From.ID, "targetRef", f.To.ID, "associationDirection", "One")
			continue
		}
		attributes := []string{"id", f.ID, "name", f.Name, "sourceRef", f.From.ID, "targetRef", f.To.ID}
		if f.Condition == "" && f.Source == nil && f.Leaves == nil {
			b.leaf("bpmn:sequenceFlow", attributes...)
			continue
		}
		b.begin("bpmn:sequenceFlow", attributes...)
		b.extension("", f.Name, f.Source, f.Leaves)
		if f.Condition != "" {
			b.text("bpmn:conditionExpression", f.Condition, "xsi:type", "bpmn:tFormalExpression", "language", Namespace)
		}
		b.end()
	}
}

func (b *bpmn) element(s *Shape) {
	name := "bpmn:" + string(s.Element)
	attributes := []string{"id", s.ID, "name", s.Name}
	flag := func(name string, value, isDefault bool) {
		if value != isDefault {
			attributes = append(attributes, name, fmt.Sprint(value))
		}
	}
	switch s.Element {
	case BoundaryEvent:
		attributes = append(attributes, "attachedToRef", s.Host.ID)
		flag("cancelActivity", s.Interrupting || s.Event == Compensate, true)
	case StartEvent:
		flag("isInterrupting", s.Interrupting || s.Parent == nil || !s.Parent.Triggered, true)
	case SubProcess:
		flag("triggeredByEvent", s.Triggered, false)
	case CallActivity:
		attributes = append(attributes, "calledElement", s.Key)
	}
	if s.Default != nil && s.Element != EventBasedGateway {
		attributes = append(attributes, "default", s.Default.ID)
	}
	if s.Element.Gateway() {
		attributes = append(attributes, "gatewayDirection", b.gatewayDirection(s))
	}
	flag("isForCompensation", s.Undone, false)
	b.begin(name, attributes...)
	if s.Note != "" {
		b.text("bpmn:documentation", s.Note)
	}
	b.extension(s.Step, s.Name, s.Source, nil)
	b.connected(s)
	switch {
	case s.Element == UserTask && len(s.Detail) > 0:
		b.begin("bpmn:potentialOwner", "id", s.ID+"_owner")
		b.begin("bpmn:resourceAssignmentExpression")
		b.text("bpmn:formalExpression", strings.Join(s.Detail, " "))
		b.end()
		b.end()
	case s.Element.Event():
		b.event(s)
	}
	b.repeated(s)
	if s.Element == SubProcess {
		b.elements(s)
	}
	b.end()
}

func (b *bpmn) gatewayDirection(s *Shape) string {
	out := 0
	for _, f := range b.of.Flows {
		if f.From == s {
			out++
		}
	}
	if out > 1 {
		return "Diverging"
	}
	return "Converging"
}

// connected lists the flows of an element.
func (b *bpmn) connected(s *Shape) {
	for _, f := range b.of.Flows {
		if f.To == s && !f.Association {
			b.text("bpmn:incoming", f.ID)
		}
	}
	for _, f := range b.of.Flows {
		if f.From == s && !f.Association {
			b.text("bpmn:outgoing", f.ID)
		}
	}
}

// extension writes what the language says: an element for each kind, with the name that is shown, so that
// the way back tells whether somebody changed it.
func (b *bpmn) extension(step, shown string, source []Property, leaves []string) {
	if source == nil && leaves == nil {
		return
	}
	b.begin("bpmn:extensionElements")
	for len(source) > 0 {
		kind, rest := source[0], source[1:]
		end := slices.IndexFunc(rest, func(p Property) bool { return p.Name == kindKey })
		if end < 0 {
			end = len(rest)
		}
		attributes := []string{"kind", kind.Value, "place", step, "shown", shown}
		if end == 0 {
			b.leaf("waybill:step", attributes...)
		} else {
			b.begin("waybill:step", attributes...)
			for _, p := range rest[:end] {
				b.text("waybill:key", p.Value, "name", p.Name)
			}
			b.end()
		}
		source = rest[end:]
	}
	for _, of := range leaves {
		b.leaf("waybill:leaves", "of", of)
	}
	b.end()
}

func (b *bpmn) event(s *Shape) {
	id := s.ID + "_definition"
	name := "bpmn:" + string(s.Event) + "EventDefinition"
	formal := []string{"xsi:type", "bpmn:tFormalExpression"}
	switch s.Event {
	case NoKind:
	case Message:
		b.leaf(name, "id", id, "messageRef", b.refs[string(s.Event)+s.Key])
	case Error:
		b.leaf(name, "id", id, "errorRef", b.refs[string(s.Event)+s.Key])
	case Signal:
		b.leaf(name, "id", id, "signalRef", b.refs[string(s.Event)+s.Key])
	case Timer:
		b.begin(name, "id", id)
		if s.Element == StartEvent && s.Parent == nil {
			b.text("bpmn:timeCycle", s.Key, formal...)
		} else {
			b.text("bpmn:timeDuration", isoDuration(s.Key), formal...)
		}
		b.end()
	case Conditional:
		b.begin(name, "id", id)
		b.text("bpmn:condition", s.Key, append(formal, "language", Namespace)...)
		b.end()
	case Link:
		b.leaf(name, "id", id, "name", s.Key)
	default:
		b.leaf(name, "id", id)
	}
}

// isoDuration writes a duration of the language as ISO 8601 does; working time, formulas and lists, which
// that cannot say, stay as they are.
func isoDuration(text string) string {
	d, err := calendar.ParseDuration(text)
	if err != nil || d.Negative() {
		return text
	}
	switch d.Unit {
	case calendar.Second:
		return fmt.Sprintf("PT%dS", d.N)
	case calendar.Minute:
		return fmt.Sprintf("PT%dM", d.N)
	case calendar.Hour:
		return fmt.Sprintf("PT%dH", d.N)
	case calendar.Day:
		return fmt.Sprintf("P%dD", d.N)
	case calendar.Month:
		return fmt.Sprintf("P%dM", d.N)
	case calendar.Year:
		return fmt.Sprintf("P%dY", d.N)
	}
	return text
}

// repeated says how often an activity runs.
func (b *bpmn) repeated(s *Shape) {
	id := s.ID + "_rounds"
	switch s.Marker {
	case Loop:
		most := ""
		if s.Most > 0 {
			most = strconv.Itoa(s.Most)
		}
		b.begin("bpmn:standardLoopCharacteristics", "id", id, "testBefore", "false", "loopMaximum", most)
		if until := s.Key; until != "" {
			b.text("bpmn:loopCondition", "not ("+until+")", "xsi:type", "bpmn:tFormalExpression", "language", Namespace)
		}
		b.end()
	case InTurn:
		b.leaf("bpmn:multiInstanceLoopCharacteristics", "id", id, "isSequential", "true")
	case SideBySide:
		b.leaf("bpmn:multiInstanceLoopCharacteristics", "id", id)
	}
}

// interchange writes the places of all.
func (b *bpmn) interchange(process string) {
	b.begin("bpmndi:BPMNDiagram", "id", "diagram")
	b.begin("bpmndi:BPMNPlane", "id", "plane", "bpmnElement", process)
	for _, s := range b.of.Shapes {
		attributes := []string{"id", s.ID + "_di", "bpmnElement", s.ID}
		switch s.Element {
		case SubProcess:
			attributes = append(attributes, "isExpanded", "true")
		case ExclusiveGateway:
			attributes = append(attributes, "isMarkerVisible", "true")
		}
		b.begin("bpmndi:BPMNShape", attributes...)
		b.bounds(s.Box)
		b.placed(s.Label)
		b.end()
	}
	for _, f := range b.of.Flows {
		b.begin("bpmndi:BPMNEdge", "id", f.ID+"_di", "bpmnElement", f.ID)
		for _, p := range f.Points {
			b.leaf("di:waypoint", "x", number(p.X), "y", number(p.Y))
		}
		b.placed(f.Label)
		b.end()
	}
	b.end()
	b.end()
}

func (b *bpmn) bounds(r Rect) {
	b.leaf("dc:Bounds", "x", number(r.X), "y", number(r.Y), "width", number(r.W), "height", number(r.H))
}

func (b *bpmn) placed(l *Label) {
	if l == nil {
		return
	}
	b.begin("bpmndi:BPMNLabel")
	b.bounds(l.Box)
	b.end()
}
