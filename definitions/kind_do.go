package definitions

import (
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

func readDo(c *compiler, k *keys, _ *Step) Spec {
	n := k.take(string(KindDo))
	with, result := k.entries("with"), k.take("result")
	d := &Do{Action: c.action(k, n)}
	d.Retry, d.Timeout = c.retry(k), c.fixed(k, "timeout")
	if d.Action == nil {
		for _, e := range with {
			c.value(e.value, nil)
		}
		c.result(result, nil)
		return nil
	}
	if k.has("timeout") && !d.Action.Remote {
		c.found.add(k.at("timeout"), codeNeedlessKey, "%s runs in the database, so it has no timeout", d.Action.Name)
	}
	d.With = c.assignments(with, d.Action.Inputs, d.Action.Name, k.n.pos())
	d.Result = c.result(result, &value.Type{Kind: value.Record, Name: d.Action.Name, Fields: d.Action.Outputs})
	return d
}

// action finds an action of the catalogue, nil after a finding.
func (c *compiler) action(k *keys, n *node) *Action {
	if n == nil {
		return nil
	}
	name := k.scalar(string(KindDo), n)
	a, ok := c.catalogue.Action(name)
	if !ok {
		c.found.unknown(n, codeUnknownAction, c.actions(), "unknown action %q")
		return nil
	}
	return a
}

// retry reads {times, first, up_to}.
func (c *compiler) retry(k *keys) Retry {
	n := k.take("retry")
	if n == nil {
		return Retry{}
	}
	r := keysOf(n, "retry", c.found)
	out := Retry{Times: r.number("times", 1), First: c.fixed(r, "first"), UpTo: c.fixed(r, "up_to")}
	r.done()
	return out
}

// fixed reads a duration that does not depend on a calendar, 0 where it is not there.
func (c *compiler) fixed(k *keys, name string) time.Duration {
	n := k.take(name)
	text := k.scalar(name, n)
	if text == "" {
		return 0
	}
	if d, err := calendar.ParseDuration(text); err == nil {
		if length, ok := d.Fixed(); ok && length > 0 {
			return length
		}
	}
	c.found.add(n.pos(), codeWrongValue, "%q is a length of time such as 30s, 5m or 2h, not %q", name, clip(text))
	return 0
}
