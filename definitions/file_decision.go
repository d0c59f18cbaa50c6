package definitions

import (
	"strings"

	"waybill/definitions/decision"
	"waybill/definitions/value"
)

// readDecision reads a decision table. Its rules stand in the file, or in the CSV beside it.
func (l *loader) readDecision(n *node) {
	k := keysOf(n, "a decision table", l.found)
	id := k.need("decision")
	d := &Decision{ID: k.scalar("decision", id), Pos: n.pos(), Title: k.title("title")}
	d.Inputs = l.types.fields(k.entries("inputs"), fieldOfCall)
	d.Outputs = l.types.fields(k.entries("outputs"), fieldOfCall)
	d.home = l.prefix + d.ID
	l.found.survey.declareKeys(n.get("inputs").entryNodes(), homeOf(inputHome, d.home))
	l.found.survey.declareKeys(n.get("outputs").entryNodes(), homeOf(outputHome, d.home))
	k.need("inputs")
	k.need("outputs")
	s := decision.Source{Inputs: d.Inputs, Outputs: d.Outputs, Settings: l.settings, Defaults: l.defaults}
	s.Hit, s.Collect = k.text("hit"), k.text("collect")
	for _, v := range k.list("order") {
		s.Order = append(s.Order, k.scalar("order", v))
	}
	rules := k.take("rules")
	k.done()
	if id == nil {
		return
	}
	l.brokenDecisions[d.ID] = true
	switch other := l.pack.Decisions[d.ID]; {
	case !value.IsName(d.ID):
		l.found.badName(id, "name for a decision table")
		return
	case other != nil:
		l.found.add(id.pos(), codeDuplicateID, "the decision table %s stands in %s already", d.ID, other.Pos.File)
		return
	case len(d.Inputs) != len(n.get("inputs").entryNodes()) || len(d.Outputs) != len(n.get("outputs").entryNodes()):
		return
	}
	if l.rules(d, s, rules, n) {
		l.pack.Decisions[d.ID] = d
	}
}

// entryNodes returns the entries of a mapping, none for what is none.
func (n *node) entryNodes() []pair {
	if n == nil {
		return nil
	}
	return n.pairs
}

// rules compiles the rows, and reports whether they hold.
func (l *loader) rules(d *Decision, s decision.Source, rules, n *node) bool {
	csv := strings.TrimSuffix(n.src.name, decisionFile) + decisionCSV
	text, beside := l.tables[csv]
	var problems []decision.Problem
	var at func(offset int) Position
	switch {
	case rules != nil && rules.kind != scalar:
		l.found.add(rules.pos(), codeWrongShape, "the rules are one block of text behind rules: |, not %s", rules.kind)
		return false
	case rules != nil && beside:
		l.found.add(rules.pos(), codeTwoKinds, "the rules stand here and in %s", csv)
		return false
	case rules != nil:
		s.Rules, at = rules.text, rules.at
		s.Named = l.found.survey.columns(d, at)
		d.Table, problems = decision.ParseText(s)
	case beside:
		s.Rules = text
		whole := &node{src: &source{name: csv, text: text}, line: 1, col: 1, text: text}
		at = whole.at
		s.Named = l.found.survey.columns(d, at)
		d.Table, problems = decision.ParseCSV(s)
	default:
		l.found.add(n.pos(), codeMissingKey, "a decision table needs rules, or the file %s", csv)
		return false
	}
	s.Named = nil
	d.Source = s
	broken := false
	for _, p := range problems {
		found := l.found.add(at(p.Offset), p.Code, "%s", p.Message)
		found.Mend = p.Mend
		switch key, hit := n.get(p.Key), n.get("hit"); {
		case key != nil:
			found.Pos = key.pos()
			if p.Mend != "" {
				found.Mend = mendLine(key, key.text, p.Mend)
			}
		case p.Key != "" && hit != nil:
			found.Pos = hit.pos()
		}
		if p.Warning {
			found.Severity = Warning
		} else {
			broken = true
		}
	}
	return !broken
}

// tablesWithoutInputs reports a CSV that no decision file describes.
func (l *loader) tablesWithoutInputs() {
	for _, name := range sortedKeys(l.tables) {
		yaml := strings.TrimSuffix(name, decisionCSV) + decisionFile
		if l.files[yaml] == nil {
			l.found.add(Position{name, 1, 1}, codeNoInputs, "a CSV has its inputs and outputs described in %s, which is not there", yaml)
		}
	}
}
