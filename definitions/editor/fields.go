package editor

import (
	"fmt"
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/definitions/schema"
)

// fields returns where fields are named, as far as the checker could read the pack: of records, forms, messages
// and tables. Only it knows the type of what stands before a dot. Names of process data that stand in texts of
// tests are among them.
func (p *Pack) fields() []occurrence {
	p.counted.Do(func() {
		for _, m := range p.look().Mentions() {
			o := occurrence{symbol: schema.Field, scope: m.Home, name: m.Name, file: m.Pos.File, defines: m.Defines}
			if process, isData := strings.CutPrefix(m.Home, definitions.DataHome); isData {
				o.symbol, o.scope, o.data = schema.Step, process, true
			}
			o.at.From = Point{m.Pos.Line - 1, m.Pos.Column - 1}
			o.at.To = Point{o.at.From.Line, o.at.From.Column + len([]rune(m.Name))}
			p.mentions = append(p.mentions, o)
		}
	})
	return p.mentions
}

// stillFits returns an error where a pack with changed files has a mistake. A field is renamed only in a pack
// without, whose every place is known; what takes records by the names of their fields still may not fit.
func (p *Pack) stillFits(edits map[string][]Edit) error {
	if found := firstError(p.look().Findings()); found != nil {
		return fmt.Errorf("%s: %w", found, ErrMistakes)
	}
	texts := map[string]string{}
	for file, list := range edits {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b Edit) int {
			if a.Range.From.before(b.Range.From) {
				return 1
			}
			return -1
		})
		text := p.texts[file]
		for _, e := range list {
			text = apply(text, e)
		}
		texts[file] = text
	}
	if found := firstError(definitions.Look(Overlay(p.files, texts), p.catalogue, "").Findings()); found != nil {
		return fmt.Errorf("%s: %w", found, ErrBreaks)
	}
	return nil
}

// firstError returns the first finding that keeps a pack from running, nil where there is none.
func firstError(list []definitions.Finding) *definitions.Finding {
	for i := range list {
		if list[i].Severity == definitions.Error {
			return &list[i]
		}
	}
	return nil
}
