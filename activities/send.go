package activities

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// send writes a message with the turn, and the event for subscribers outside. It is delivered once the
// turn is committed: by this process, or by the relay. Its id is that of the wait, so that it exists once;
// mayBeCalled keeps that id from others.
func (t *turn) send(c engine.SendMessage) error {
	body, err := value.Encode(orNone(c.With))
	if err != nil {
		return fmt.Errorf("send %s: %w", c.Message, err)
	}
	m := store.Message{ID: fmt.Sprintf("%s/%d", t.row.ID, c.Wait), Name: c.Message, Key: c.Key, Body: body, By: t.by, KeepTill: &t.at}
	if message := messageOf(t.d.Pack, c.Message); message != nil {
		if m.KeepTill, err = keptTill(message, t.d.Pack.Calendar, t.at); err != nil {
			return err
		}
	}
	event, err := json.Marshal(map[string]any{"id": m.ID, "message": m.Name, "key": m.Key, "with": json.RawMessage(body)})
	if err != nil {
		return fmt.Errorf("send %s: %w", c.Message, err)
	}
	store.SendMessage(t, m)
	store.InsertEvent(t, store.Event{Topic: store.TopicMessage, Instance: &t.row.ID, Body: event})
	t.sent = append(t.sent, m.ID)
	return nil
}

// messageOf finds a message that a pack or one that it uses declares; nil where there is none.
func messageOf(p *definitions.Pack, name string) *definitions.Message {
	if m, declared := p.Messages[name]; declared {
		return m
	}
	for _, used := range slices.Sorted(maps.Keys(p.Uses)) {
		if m := messageOf(p.Uses[used], name); m != nil {
			return m
		}
	}
	return nil
}
