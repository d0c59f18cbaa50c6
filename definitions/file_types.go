package definitions

import (
	"strings"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// What a message's keep may say beside a duration.
const (
	KeepForever = "forever"
	KeepNone    = "none"
)

// outside is where a message comes from, or goes to, that no process sends or awaits.
const outside = "outside"

// declareTypes notes the named types of a types file.
func (l *loader) declareTypes(n *node) {
	k := keysOf(n, "a file of types", l.found)
	l.types.declare(k.entries("types"))
	k.entries("messages")
	k.done()
}

// readMessages reads the messages of a types file.
func (l *loader) readMessages(n *node) {
	messages := n.get("messages")
	if messages == nil || messages.kind != mapping {
		return
	}
	for _, e := range messages.pairs {
		name := e.key.text
		if !isPath(name) {
			l.found.add(e.key.pos(), codeBadName, "%q is no name for a message; write it as goods.arrived", clip(name))
			continue
		}
		if l.pack.Messages[name] != nil {
			l.found.add(e.key.pos(), codeDuplicateID, "the message %s stands in another file already", name)
			continue
		}
		m := &Message{ID: name, Keep: KeepForever}
		if !e.value.missing {
			l.readMessage(e.value, m)
		}
		l.pack.Messages[name] = m
	}
}

func (l *loader) readMessage(n *node, m *Message) {
	k := keysOf(n, "a message", l.found)
	m.With = l.types.fields(k.entries("with"), fieldOfCall)
	m.home = homeOf(messageHome, l.prefix+m.ID)
	l.found.survey.declareKeys(n.get("with").entryNodes(), m.home)
	keep := k.take("keep")
	m.FromOutside, m.ToOutside = k.oneOf("from", "", outside) != "", k.oneOf("to", "", outside) != ""
	k.done()
	if keep == nil {
		return
	}
	m.Keep = strings.TrimSpace(k.scalar("keep", keep))
	if m.Keep == KeepForever || m.Keep == KeepNone {
		return
	}
	if d, err := calendar.ParseDuration(m.Keep); err != nil || d.Negative() {
		l.found.add(keep.pos(), codeWrongValue, "keep is a duration such as 30d, forever or none, not %q", clip(m.Keep))
	}
}

// record returns the message's body as a type.
func (m *Message) record() *value.Type {
	return &value.Type{Kind: value.Record, Name: m.ID, Fields: m.With, Home: m.home}
}
