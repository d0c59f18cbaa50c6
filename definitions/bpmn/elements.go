package bpmn

import (
	"strings"

	"waybill/definitions/diagram"
)

// isNode tells whether a name is that of an activity, an event or a gateway.
func isNode(name string) bool { return elementOf(name) != "" }

// elementOf returns what an element of BPMN is in a diagram; tasks of every type are user tasks unless a
// diagram tells them apart.
func elementOf(name string) diagram.Element {
	switch e := diagram.Element(name); e {
	case diagram.UserTask, diagram.ServiceTask, diagram.BusinessRuleTask, diagram.ScriptTask, diagram.CallActivity, diagram.SubProcess:
		return e
	case "task", "manualTask", "sendTask", "receiveTask":
		return diagram.UserTask
	case "transaction", "adHocSubProcess":
		return diagram.SubProcess
	default:
		if e.Gateway() || e.Event() {
			return e
		}
	}
	return ""
}

// about finds out what an event waits for or throws.
func (im *importer) about(n *node) {
	if ref := n.el.attribute("messageRef"); ref != "" { // of a send or receive task
		n.about = im.named(ref)
	}
	for _, c := range n.el.children {
		kind, ok := strings.CutSuffix(c.name, "EventDefinition")
		if !ok || c.space != modelSpace {
			continue
		}
		if n.event != "" {
			im.lost(c, "a second event at the same place")
			continue
		}
		n.event = diagram.EventKind(kind)
		switch n.event {
		case diagram.Message, diagram.Error, diagram.Signal, diagram.Escalation:
			n.about = im.named(c.attribute(kind + "Ref"))
		case diagram.Link:
			n.about = c.attribute("name")
		case diagram.Timer:
			for _, time := range []string{"timeDuration", "timeDate", "timeCycle"} {
				if t := c.child(time); t != nil {
					n.about = strings.TrimSpace(t.text)
				}
			}
		case diagram.Conditional:
			if t := c.child("condition"); t != nil {
				n.about, n.language = strings.TrimSpace(t.text), t.attribute("language")
			}
		}
	}
}

// named returns the name, or the code, of what a reference leads to.
func (im *importer) named(ref string) string {
	if i := strings.LastIndexByte(ref, ':'); i >= 0 && im.roots[ref] == nil {
		ref = ref[i+1:]
	}
	e := im.roots[ref]
	if e == nil {
		return ref
	}
	for _, name := range []string{"errorCode", "escalationCode", "name"} {
		if text := oneLine(e.attribute(name)); text != "" {
			return text
		}
	}
	return ref
}

// lanes notes in which lane each node lies.
func (im *importer) lanes(parent *element, s *scope) {
	var visit func(set *element)
	visit = func(set *element) {
		for _, lane := range set.children {
			if lane.name != "lane" {
				continue
			}
			for _, c := range lane.children {
				switch c.name {
				case "flowNodeRef":
					if n := s.byID[strings.TrimSpace(c.text)]; n != nil {
						n.owner = oneLine(lane.attribute("name"))
					}
				case "childLaneSet":
					visit(c)
				}
			}
		}
	}
	for _, c := range parent.children {
		if c.space == modelSpace && c.name == "laneSet" {
			visit(c)
		}
	}
}

// owners notes who is said to own a task, which counts more than its lane.
func (im *importer) owners(s *scope) {
	for _, n := range s.nodes {
		for _, c := range n.el.children {
			if c.name != "potentialOwner" && c.name != "humanPerformer" && c.name != "performer" {
				continue
			}
			if r := c.child("resourceAssignmentExpression"); r != nil {
				if x := r.child("formalExpression"); x != nil && isWord(x.text) {
					n.owner = oneLine(x.text)
				}
			}
		}
		for name, value := range n.el.attributes {
			if strings.HasSuffix(name, " candidateGroups") && isWord(value) { // of engines that came before
				n.owner = oneLine(value)
			}
		}
		for _, e := range n.el.extended("assignmentDefinition") {
			if groups := e.attribute("candidateGroups"); isWord(groups) {
				n.owner = groups
			}
		}
	}
}

// isWord tells whether a text is a name rather than an expression.
func isWord(text string) bool {
	return strings.TrimSpace(text) != "" && !strings.ContainsAny(text, "${}()=")
}

// others reads what is neither node nor flow: associations and annotations; of the rest it says that it is
// left out.
func (im *importer) others(parent *element, s *scope) {
	notes := map[string]string{}
	for _, e := range parent.children {
		if e.space == modelSpace && e.name == "textAnnotation" {
			if text := e.child("text"); text != nil {
				notes[e.attribute("id")] = oneLine(text.text)
			}
		}
	}
	told := map[string]bool{}
	for _, e := range parent.children {
		if e.space != modelSpace {
			continue
		}
		switch e.name {
		case "association":
			from, to := e.attribute("sourceRef"), e.attribute("targetRef")
			for _, end := range [][2]string{{from, to}, {to, from}} {
				n := s.byID[end[0]]
				if n == nil {
					continue
				}
				if text := notes[end[1]]; text != "" {
					n.notes, told[end[1]] = append(n.notes, text), true
				}
				if n.event == diagram.Compensate && n.host != nil && s.byID[end[1]] != nil && end[0] == from {
					n.host.undoing = s.byID[end[1]]
				}
			}
		case "dataObject", "dataObjectReference", "dataStoreReference", "ioSpecification", "property", "subConversation":
			im.lost(e, "data of BPMN have no types: declare process data in the language instead")
		}
	}
	for _, e := range parent.children {
		if e.name == "textAnnotation" && !told[e.attribute("id")] {
			im.lost(e, "a note that belongs to no step: %s", notes[e.attribute("id")])
		}
	}
}
