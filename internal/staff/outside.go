package staff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"waybill/definitions/value"
)

// Wait is a wait for a message.
type Wait struct {
	Message  string `json:"message"`
	Key      string `json:"key"`
	Instance string `json:"instance"`
	Number   int64  `json:"wait"`
	Process  string `json:"process"`

	seed   uint64
	sender Sender
}

func (w *Wait) id() string {
	return fmt.Sprintf("%s of %s in %s/%d", w.Message, w.Key, w.Instance, w.Number)
}

// Chance tells whether something happens that happens in percent of a hundred waits for the same key.
func (w *Wait) Chance(what string, percent float64) bool {
	return chance(w.seed, percent, w.Process, w.Key, what)
}

// ErrLater is a Sender's answer that it sends nothing now: it is asked again.
var ErrLater = errors.New("later")

// Sender decides whether the outside world sends a message that is waited for, and with what. World
// tells what the outside world knows.
type Sender func(context.Context, *World, *Wait) (with map[string]any, sends bool, err error)

// defaultOutside has everything arrive, in good order and paid. What is not here never comes: damage,
// disputes, cancellations, machines that fail.
func defaultOutside() map[string]Sender {
	return map[string]Sender{
		"carrier.delivered":  delivered,
		"payment.received":   paid,
		"supplier.confirmed": confirmed,
		"quote.accepted": func(context.Context, *World, *Wait) (map[string]any, bool, error) {
			return map[string]any{}, true, nil
		},
	}
}

func delivered(context.Context, *World, *Wait) (map[string]any, bool, error) {
	return map[string]any{"signed_by": "reception"}, true, nil
}

// paid pays an invoice in full. Its amount is what the process that wrote it says.
func paid(ctx context.Context, world *World, w *Wait) (map[string]any, bool, error) {
	bill, err := world.Record(ctx, w.Instance, "invoice", w.Key)
	if err != nil || bill == nil {
		return nil, false, err
	}
	total, ok := bill["total"].(value.Money)
	if !ok || total.Amount.Sign() <= 0 {
		return nil, false, nil
	}
	return map[string]any{"payment": fmt.Sprintf("transfer for %s (%d)", w.Key, w.Number), "amount": total}, true, nil
}

// confirmed confirms a purchase order for the day it was asked for.
func confirmed(ctx context.Context, world *World, w *Wait) (map[string]any, bool, error) {
	data, err := world.Data(ctx, w.Instance)
	if err != nil {
		return nil, false, err
	}
	sent, _ := data["sent"].(map[string]any)
	if sent["due"] == nil {
		return nil, false, nil
	}
	return map[string]any{"delivery": sent["due"]}, true, nil
}

// waits lists the waits for what the outside world may send. Most waits are for what never comes, so
// each message is asked for by its name.
func (s *Staff) waits(ctx context.Context) ([]*Wait, error) {
	var all []*Wait
	for _, message := range slices.Sorted(maps.Keys(s.o.Outside)) {
		sender := s.o.Outside[message]
		if sender == nil {
			continue
		}
		found, err := list[Wait](ctx, s.api, "/api/v1/subscriptions", url.Values{"message": {message}})
		if err != nil {
			return nil, err
		}
		for i := range found {
			w := &found[i]
			w.seed, w.sender = s.o.Seed, sender
			all = append(all, w)
		}
	}
	return all, nil
}

// send sends a message under an id of its wait, so that it counts once however often it is sent.
func (s *Staff) send(ctx context.Context, w *Wait) error {
	with, sends, err := w.sender(ctx, &World{s.api}, w)
	if err == nil && !sends {
		return nil
	}
	if err == nil {
		body := map[string]any{"message": w.Message, "key": w.Key, "id": w.id(), "with": with}
		err = s.api.post(ctx, "/api/v1/messages", "", "", body, nil)
	}
	var p *problem
	switch {
	case err == nil:
		s.did(&s.progress.Messages, w.Message+" "+w.Key)
		return nil
	case errors.Is(err, errAway), errors.Is(err, ErrLater):
		return errAgain
	case errors.As(err, &p):
		return s.refused(w.id(), "message "+w.id(), err)
	}
	return err
}

// World reads what people outside know from their own papers.
type World struct{ api *client }

// view is an instance as the server shows it.
type view struct {
	ID        string          `json:"id"`
	Process   string          `json:"process"`
	Key       string          `json:"key"`
	Parent    string          `json:"parent"`
	Status    string          `json:"status"`
	Incidents int             `json:"incidents"`
	Data      json.RawMessage `json:"data"`
	Open      []struct {
		Step string `json:"step"`
		For  string `json:"for"`
		Name string `json:"name"`
		Key  string `json:"key"`
	} `json:"open"`
	Problems []struct {
		Step string `json:"step"`
		Code string `json:"code"`
		Text string `json:"text"`
	} `json:"problems"`
}

func (w *World) view(ctx context.Context, instance string) (*view, error) {
	var v view
	err := w.api.get(ctx, "/api/v1/instances/"+instance, nil, &v)
	return &v, err
}

// Data returns the process data of an instance: numbers as value.Decimal, money as value.Money.
func (w *World) Data(ctx context.Context, instance string) (map[string]any, error) {
	v, err := w.view(ctx, instance)
	if err != nil {
		return nil, err
	}
	return v.data()
}

func (v *view) data() (map[string]any, error) {
	decoded, err := value.Decode(v.Data)
	data, _ := decoded.(map[string]any)
	return data, err
}

// Record finds the record in the data of an instance, or of those that it is for, whose field is text;
// nil where there is none.
func (w *World) Record(ctx context.Context, instance, field, text string) (map[string]any, error) {
	for instance != "" {
		v, err := w.view(ctx, instance)
		if err != nil {
			return nil, err
		}
		data, err := v.data()
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(data)) {
			if record, ok := data[name].(map[string]any); ok && record[field] == text {
				return record, nil
			}
		}
		instance = v.Parent
	}
	return nil, nil
}
