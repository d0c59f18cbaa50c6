package definitions

import (
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// The keys that are triggers; only events take the last.
const (
	triggerMessage = "message"
	triggerAfter   = "after"
	triggerBecomes = "becomes"
	triggerCancel  = "cancel"
)

// isTrigger reports whether an entry of first_of begins with a trigger.
func isTrigger(k *keys) bool {
	return k.has(triggerMessage) || k.has(triggerAfter) || k.has(triggerBecomes)
}

// trigger reads what makes an event or an arm happen, nil after a finding; names are the triggers that
// may stand there. The message's result is bound, so call it inside the way that follows the trigger.
func (c *compiler) trigger(k *keys, names ...string) *Trigger {
	var written []string
	for _, name := range names {
		k.take(name)
		if k.has(name) {
			written = append(written, name)
		}
	}
	switch {
	case len(written) == 0:
		c.found.add(k.n.pos(), codeMissingKey, "%s needs a trigger: %s", k.what, oneOf(names))
		return nil
	case len(written) > 1:
		c.found.add(k.at(written[1]), codeTwoKinds, "%s waits for one thing, not for %s", k.what, strings.Join(written, " and "))
		return nil
	}
	return c.triggerOf(k, written[0])
}

// triggerOf reads the trigger that is called name.
func (c *compiler) triggerOf(k *keys, name string) *Trigger {
	n := k.take(name)
	if n == nil {
		return nil
	}
	switch name {
	case triggerMessage:
		if a := c.await(k, n); a != nil {
			return &Trigger{Message: a}
		}
	case triggerAfter:
		if spans := c.spans(k.oneOrMore(triggerAfter)); len(spans) > 0 {
			return &Trigger{After: spans}
		}
	case triggerBecomes:
		if f := c.condition(n); f != nil && c.isTimeless(n, f) {
			return &Trigger{Becomes: f}
		}
	case triggerCancel:
		return c.cancelRequest(k, n)
	}
	return nil
}

// isTimeless reports a condition that turns true by itself as time goes by.
func (c *compiler) isTimeless(n *node, f *formula.Formula) bool {
	if f.UsesNow() {
		c.found.add(n.pos(), codeReadsNow, "a condition that reads the clock turns true without anything happening; write after with the moment instead")
		return false
	}
	return true
}

// cancelRequest reads cancel: requested, whose result tells who asked and why.
func (c *compiler) cancelRequest(k *keys, n *node) *Trigger {
	result := k.take("result")
	if !n.is("requested") {
		c.found.add(n.pos(), codeWrongValue, "the event that somebody asks to cancel is written cancel: requested; to withdraw steps, write cancel as a step")
		return nil
	}
	text := &value.Type{Kind: value.Text}
	asked := &value.Type{Kind: value.Record, Name: "cancel", Fields: []value.Field{
		{Name: "by", Type: text}, {Name: "reason", Type: text},
	}}
	return &Trigger{Cancel: &Cancelling{Result: c.result(result, asked)}}
}

// await reads message:, key: and result:.
func (c *compiler) await(k *keys, message *node) *Await {
	key, result := c.key(k.take("key")), k.take("result")
	m := c.message(message)
	var body *value.Type
	if m != nil {
		body = m.record()
	}
	name := c.result(result, body)
	if m == nil {
		return nil
	}
	return &Await{Message: m, Key: key, Result: name}
}

// message finds a message of the pack, nil after a finding.
func (c *compiler) message(n *node) *Message {
	if n.kind != scalar {
		c.found.add(n.pos(), codeWrongShape, "a message is named by a text, not by %s", n.kind)
		return nil
	}
	m := c.pack.Messages[n.text]
	if m == nil {
		c.found.unknown(n, codeUnknownMessage, sortedKeys(c.pack.Messages), "unknown message %q")
	}
	return m
}

// key compiles what tells the messages of one name apart.
func (c *compiler) key(n *node) *formula.Formula {
	if n == nil {
		return nil
	}
	f := c.value(n, nil)
	if f == nil || f.Type() == nil {
		return f
	}
	switch t := f.Type(); t.Kind {
	case value.Text, value.Integer, value.Number, value.Choice, value.Ref, value.Date:
	default:
		c.found.add(n.pos(), codeWrongType, "a key is a text or a number, but %q is %s", clip(f.Source()), t)
	}
	return f
}
