package engine

import (
	"waybill/definitions"
	"waybill/definitions/value"
)

// send gives the host a message to deliver once the turn is committed. A key that is written and gives
// nothing, and a body that does not fit, stand still: nothing is sent to whoever listens.
func (r *run) send(strand *Node, step *definitions.Step, spec *definitions.Send) error {
	key, err := r.text(spec.Key, strand)
	if err != nil {
		return err
	}
	if spec.Key != nil && key == "" {
		return &standstill{Code: "no_key", Text: spec.Key.Source() + " gives no key"}
	}
	with, err := r.values(spec.With, strand)
	if err != nil {
		return err
	}
	if with, err = value.AcceptFields(spec.Message.With, with, r.defaults()); err != nil {
		return &standstill{Code: "bad_message", Text: err.Error()}
	}
	n := r.instant(strand, step)
	r.do(SendMessage{Wait: n.ID, Step: step.ID, Message: spec.Message.ID, Key: key, With: with})
	r.record(FactSent, n.ID, step.ID, map[string]any{"message": spec.Message.ID, "key": key, "with": with})
	r.record(FactFinished, n.ID, step.ID, map[string]any{"message": spec.Message.ID})
	r.finished(&n, strand, step)
	return nil
}
