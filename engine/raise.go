package engine

import "waybill/definitions"

// raise makes a business error of a raise step; the strand lets it rise.
func (r *run) raise(strand *Node, spec *definitions.Raise) error {
	text, err := r.text(spec.Text, strand)
	if err != nil {
		return err
	}
	with, err := r.values(spec.With, strand)
	if err != nil {
		return err
	}
	return &BusinessError{Code: spec.Code, Text: text, With: with}
}
