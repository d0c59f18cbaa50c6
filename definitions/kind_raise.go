package definitions

import (
	"strings"

	"waybill/definitions/value"
)

func readRaise(c *compiler, k *keys, _ *Step) Spec {
	n := k.take(string(KindRaise))
	r := &Raise{Code: k.scalar(string(KindRaise), n)}
	if text := k.take("text"); text != nil {
		r.Text = c.value(text, &value.Type{Kind: value.Text})
	}
	for _, e := range k.entries("with") {
		if v := c.value(e.value, nil); v != nil && checkName(e.key, c.found) {
			r.With = append(r.With, Assignment{Name: e.key.text, Pos: e.key.pos(), Value: v})
		}
	}
	tells := reserved(r.Text)
	for _, w := range r.With {
		tells = tells.and(reserved(w.Value)...)
	}
	c.made("error", nil, tells...)
	c.flow.dead = true
	if n == nil {
		return nil
	}
	for part := range strings.SplitSeq(r.Code, ".") {
		if !value.IsName(part) || r.Code == anyError {
			c.found.add(n.pos(), codeBadName, "%q is no code for an error; write a name such as late or credit.refused", clip(r.Code))
			return nil
		}
	}
	return r
}
