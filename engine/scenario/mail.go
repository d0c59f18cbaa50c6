package scenario

import (
	"fmt"
	"slices"
	"time"

	"waybill/definitions"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
	"waybill/engine"
)

// mail is the messages that the process sent, and those that wait for somebody to take them.
type mail struct {
	sent []engine.SendMessage
	kept []letter
}

// letter is a message that nobody took when it came. It is lost once its time has come.
type letter struct {
	engine.Arrived
	until time.Time // zero: never
}

// send notes a message of the process. What waits for it in the instance itself gets it after the turn.
func (h *host) send(c engine.SendMessage) {
	h.mail.sent = append(h.mail.sent, c)
	h.note("sends %s", messageText(c.Message, c.Key))
	h.keep(engine.Arrived{ID: fmt.Sprintf("sent-%d", c.Wait), Message: c.Message, Key: c.Key, With: c.With})
}

// keep lets a message wait as long as its keep says.
func (h *host) keep(a engine.Arrived) {
	kept := letter{Arrived: a}
	if m := h.d.Pack.Messages[a.Message]; m != nil {
		if d, err := calendar.ParseDuration(m.Keep); err == nil {
			kept.until = h.d.Pack.Calendar.Add(h.now, d)
		}
	}
	h.mail.kept = append(h.mail.kept, kept)
}

// deliver returns the first kept message that something waits for, nil for none.
func (h *host) deliver() engine.Body {
	for i := 0; i < len(h.mail.kept); i++ {
		kept := &h.mail.kept[i]
		if !kept.until.IsZero() && kept.until.Before(h.now) {
			h.mail.kept = slices.Delete(h.mail.kept, i, i+1)
			i--
			continue
		}
		e := engine.Event{At: h.now, Settings: h.settings, Lookups: h.lookups, Body: kept.Arrived}
		if engine.Accepts(h.d, h.state, e) == nil {
			arrived := kept.Arrived
			h.mail.kept = slices.Delete(h.mail.kept, i, i+1)
			h.note("takes %s", messageText(arrived.Message, arrived.Key))
			return arrived
		}
		if h.keepsNothing(kept.Message) {
			h.mail.kept = slices.Delete(h.mail.kept, i, i+1)
			i--
		}
	}
	return nil
}

// keepsNothing tells whether a message is lost when nobody waits for it.
func (h *host) keepsNothing(message string) bool {
	m := h.d.Pack.Messages[message]
	return m != nil && m.Keep == definitions.KeepNone
}

func messageText(message, key string) string {
	if key == "" {
		return message
	}
	return message + " " + key
}

// message is a message of the story. Where nothing takes it, it is kept as the host would keep it.
func (h *host) message(act *definitions.Act, deed definitions.SendMessage) {
	with := deed.With
	if message := h.d.Pack.Messages[deed.Message]; message != nil {
		with = h.least.record(message.With, deed.With)
	}
	arrived := engine.Arrived{
		ID:      fmt.Sprintf("message-%d-%d", act.Pos.Line, act.Pos.Column),
		Message: deed.Message, Key: deed.Key, With: with,
	}
	taken := h.act(act, "message "+messageText(deed.Message, deed.Key), arrived)
	if !taken && act.Refused == string(engine.RefusedUnclaimed) && !h.keepsNothing(deed.Message) {
		h.keep(arrived)
	}
}

// expectSent looks for the messages that must have been sent, one after the other.
func (h *host) expectSent(want []definitions.ExpectedMessage) {
	at := 0
	for i := range want {
		said := "sent " + messageText(want[i].Message, want[i].Key) + withText(want[i].With)
		found := slices.IndexFunc(h.mail.sent[at:], func(c engine.SendMessage) bool {
			return c.Message == want[i].Message && (want[i].Key == "" || c.Key == want[i].Key) && holds(c.With, want[i].With)
		})
		if found < 0 {
			h.fail(want[i].Pos, said, h.sentText(at))
			return
		}
		h.held(want[i].Pos, said)
		at += found + 1
	}
}

func (h *host) sentText(after int) string {
	if after == len(h.mail.sent) {
		if after == 0 {
			return "nothing was sent"
		}
		return "nothing else was sent"
	}
	text := "sent were"
	for i, c := range h.mail.sent[after:] {
		if i > 0 {
			text += ","
		}
		text += " " + messageText(c.Message, c.Key) + withText(c.With)
	}
	return text
}

// holds tells whether have has everything that want says; records are compared field by field.
func holds(have, want map[string]any) bool {
	for name, w := range want {
		if !fits(have[name], w) {
			return false
		}
	}
	return true
}

// fits tells whether a value is what is wanted. A record may have fields that are not mentioned.
func fits(have, want any) bool {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		return ok && holds(h, w)
	case []any:
		h, ok := have.([]any)
		return ok && slices.EqualFunc(h, w, fits)
	}
	return value.Equal(have, want)
}

func withText(with map[string]any) string {
	if len(with) == 0 {
		return ""
	}
	return " " + text(with)
}
