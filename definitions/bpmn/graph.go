package bpmn

import (
	"slices"
	"strings"

	"waybill/definitions/diagram"
)

// modelSpace is the namespace of BPMN 2.0's model.
const modelSpace = "http://www.omg.org/spec/BPMN/20100524/MODEL"

// node is an activity, an event or a gateway.
type node struct {
	el       *element
	id, name string
	kind     diagram.Element // "" for what BPMN has and diagrams have not: see el.name
	in, out  []*flow
	edge     []*node // the events on its edge
	host     *node   // of an event on an edge
	event    diagram.EventKind
	about    string // the message, time, condition, code, signal or link of an event
	language string // of a condition
	said     []said
	inner    *scope // of a sub-process
	owner    string // the lane, or who is said to own the task
	notes    []string
	undoing  *node // what undoes it

	order int      // no flow but one that goes back leads to a lower one
	reach []uint64 // the orders of the nodes that it leads to, as bits
}

// flow is a sequence flow.
type flow struct {
	el        *element
	name      string
	from, to  *node
	condition string
	language  string // of the condition
	ours      bool   // the condition is a formula of the language
	said      []said
	leaves    []string
	back      bool // it leads to what came before
}

// said is what a diagram of ours carries of the language.
type said struct {
	kind, shown string
	keys        []diagram.Property
}

// key returns a text by its name, "" where it is not there.
func (s said) key(name string) string {
	for _, p := range s.keys {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// scope is a process or a sub-process.
type scope struct {
	nodes []*node
	byID  map[string]*node
}

// says returns the kind that the language gives a node, "" where another tool made it.
func (n *node) says() string {
	if len(n.said) == 0 {
		return ""
	}
	return n.said[0].kind
}

func (n *node) gateway() bool { return n.kind.Gateway() }

// triggered tells whether a node is an event sub-process.
func (n *node) triggered() bool { return n.el.attribute("triggeredByEvent") == "true" }

// interrupting tells whether an event ends what it stands on or in.
func (n *node) interrupting() bool {
	return n.el.attribute("cancelActivity") != "false" && n.el.attribute("isInterrupting") != "false"
}

// title returns how a remark or a step calls a node.
func (n *node) title() string {
	if n.name != "" {
		return n.name
	}
	return n.id
}

// scopeOf reads what lies directly in an element.
func (im *importer) scopeOf(parent *element) *scope {
	s := &scope{byID: map[string]*node{}}
	for _, e := range parent.children {
		if e.space != modelSpace || !isNode(e.name) {
			continue
		}
		n := &node{el: e, id: e.attribute("id"), name: oneLine(e.attribute("name")), kind: elementOf(e.name), said: saidIn(e)}
		if len(s.nodes) == maxNodes {
			im.lost(e, "more than %d elements in one process: the rest is left out", maxNodes)
			break
		}
		im.about(n)
		for _, field := range n.formFields() {
			im.givers[field.attribute("id")]++
		}
		s.nodes = append(s.nodes, n)
		s.byID[n.id] = n
		if n.kind == diagram.SubProcess {
			n.inner = im.scopeOf(e)
		}
	}
	im.lanes(parent, s)
	im.owners(s)
	for _, n := range s.nodes {
		if n.kind != diagram.BoundaryEvent {
			continue
		}
		if n.host = s.byID[n.el.attribute("attachedToRef")]; n.host == nil {
			im.lost(n.el, "it is attached to nothing")
			continue
		}
		n.host.edge = append(n.host.edge, n)
	}
	im.flows(parent, s)
	im.others(parent, s)
	return s
}

// flows reads the sequence flows, and lets links be flows, too.
func (im *importer) flows(parent *element, s *scope) {
	for _, e := range parent.children {
		if e.space != modelSpace || e.name != "sequenceFlow" {
			continue
		}
		f := &flow{el: e, name: oneLine(e.attribute("name")), from: s.byID[e.attribute("sourceRef")], to: s.byID[e.attribute("targetRef")], said: saidIn(e), leaves: leavesIn(e)}
		if f.from == nil || f.to == nil {
			im.lost(e, "it leads from or to something that is not in the same process")
			continue
		}
		if c := e.child("conditionExpression"); c != nil {
			f.condition, f.language = strings.TrimSpace(c.text), c.attribute("language")
			f.ours = f.language == diagram.Namespace
		}
		f.from.out, f.to.in = append(f.from.out, f), append(f.to.in, f)
	}
	for _, n := range s.nodes {
		if n.kind != diagram.ThrowEvent || n.event != diagram.Link || n.says() != "" {
			continue
		}
		at := slices.IndexFunc(s.nodes, func(c *node) bool {
			return c.kind == diagram.CatchEvent && c.event == diagram.Link && c.about == n.about && len(c.out) == 1
		})
		if at < 0 {
			im.lost(n.el, "no link with the name %q arrives in the same process", n.about)
			continue
		}
		f := &flow{el: n.el, from: n, to: s.nodes[at].out[0].to}
		f.from.out, f.to.in = append(f.from.out, f), append(f.to.in, f)
	}
}

// order numbers the nodes so that flows lead upwards, marks those that go back, and notes what each reaches.
func (s *scope) sort() {
	const open, done = 1, 2
	state := map[*node]int{}
	var finished []*node
	var visit func(n *node)
	visit = func(n *node) {
		state[n] = open
		for _, f := range n.ways() {
			switch state[f.to] {
			case 0:
				visit(f.to)
			case open:
				f.back = true
			}
		}
		state[n] = done
		finished = append(finished, n)
	}
	for _, n := range s.starts() {
		if state[n] == 0 {
			visit(n)
		}
	}
	for _, n := range s.nodes {
		if state[n] == 0 && n.host == nil {
			visit(n)
		}
	}
	words := len(finished)/64 + 1
	for i, n := range finished {
		n.order = len(finished) - i
	}
	for _, n := range finished { // what a node leads to has finished before it
		n.reach = make([]uint64, words)
		n.reach[n.order/64] |= 1 << (n.order % 64)
		for _, f := range n.ways() {
			if !f.back {
				for i, bits := range f.to.reach {
					n.reach[i] |= bits
				}
			}
		}
	}
}

func (n *node) reaches(other *node) bool {
	return n.reach != nil && n.reach[other.order/64]&(1<<(other.order%64)) != 0
}

// ways returns the flows out of a node and out of the events on its edge.
func (n *node) ways() []*flow {
	out := slices.Clone(n.out)
	for _, e := range n.edge {
		out = append(out, e.out...)
	}
	return out
}

// starts returns what nothing leads to and where the scope therefore begins.
func (s *scope) starts() []*node {
	var out []*node
	for _, n := range s.nodes {
		switch {
		case len(n.in) > 0, n.host != nil, n.kind == diagram.BoundaryEvent, n.triggered(), n.el.attribute("isForCompensation") == "true":
		case n.kind == diagram.CatchEvent && n.event == diagram.Link:
		default:
			out = append(out, n)
		}
	}
	return out
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// saidIn returns what the language says in the extension of an element.
func saidIn(e *element) []said {
	var out []said
	ext := e.child("extensionElements")
	if ext == nil {
		return nil
	}
	for _, s := range ext.children {
		if s.space != diagram.Namespace || s.name != "step" {
			continue
		}
		one := said{kind: s.attribute("kind"), shown: oneLine(s.attribute("shown"))}
		for _, k := range s.children {
			if k.space == diagram.Namespace && k.name == "key" {
				one.keys = append(one.keys, diagram.Property{Name: k.attribute("name"), Value: k.text})
			}
		}
		out = append(out, one)
	}
	return out
}

func leavesIn(e *element) []string {
	var out []string
	if ext := e.child("extensionElements"); ext != nil {
		for _, s := range ext.children {
			if s.space == diagram.Namespace && s.name == "leaves" {
				out = append(out, s.attribute("of"))
			}
		}
	}
	return out
}
