package definitions

import (
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// trigger reads the message or the time of an event or an arm, nil after a finding. The message's
// result is bound, so call it inside the way that follows the trigger.
func (c *compiler) trigger(k *keys) *Trigger {
	message, after := k.take("message"), k.oneOrMore("after")
	switch {
	case k.has("message") && k.has("after"):
		c.found.add(k.at("after"), codeTwoKinds, "%s waits for a message or for a time, not for both", k.what)
	case message != nil:
		if a := c.await(k, message); a != nil {
			return &Trigger{Message: a}
		}
	case k.has("after"):
		if spans := c.spans(after); len(spans) > 0 {
			return &Trigger{After: spans}
		}
	case !k.has("message"):
		c.found.add(k.n.pos(), codeMissingKey, "%s needs a trigger: message or after", k.what)
	}
	return nil
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
