package definitions

import "waybill/definitions/value"

// literals reads values that are written plainly, without formulas.
type literals struct {
	found *findings
	in    *value.Defaults
	// leavesOut says that records need not be whole, as in tests.
	leavesOut bool
}

// literal reads a value, nil after a finding.
func (l *literals) literal(n *node, t *value.Type) any {
	switch {
	case n.missing:
		return nil
	case n.kind == mapping && t.Kind == value.Record:
		return l.record(n, t)
	case n.kind == mapping && t.Kind == value.Map:
		m := make(map[string]any, len(n.pairs))
		for _, p := range n.pairs {
			m[p.key.text] = l.literal(p.value, t.Elem)
		}
		return m
	case n.kind == sequence && t.Kind == value.List:
		list := make([]any, 0, len(n.items))
		for _, item := range n.items {
			list = append(list, l.literal(item, t.Elem))
		}
		return list
	case isMoneyMap(n, t):
		l.found.moneyMap(n)
		return nil
	case n.kind != scalar:
		l.found.add(n.pos(), codeWrongType, "this is %s, but %s was expected", n.kind, t)
		return nil
	}
	v, err := t.Parse(n.text, *l.in)
	if err != nil {
		l.found.add(n.pos(), codeWrongType, "%s was expected: %v", t, err)
		return nil
	}
	return v
}

// isMoneyMap reports money that is written as {amount: 5, currency: EUR}.
func isMoneyMap(n *node, t *value.Type) bool {
	return n.kind == mapping && t != nil && t.Kind == value.MoneyKind && n.get("amount") != nil
}

func (f *findings) moneyMap(n *node) {
	found := f.add(n.pos(), codeWrongType, "money is one value, such as 5.00 EUR, not a map of its amount and its currency")
	amount, currency := n.get("amount"), n.get("currency")
	if amount.kind == scalar && currency != nil && currency.kind == scalar && !isFormula(amount) && !isFormula(currency) {
		found.Mend = amount.text + " " + currency.text
	}
}

func (l *literals) record(n *node, t *value.Type) any {
	m := make(map[string]any, len(t.Fields))
	for _, p := range n.pairs {
		f, ok := t.Field(p.key.text)
		if !ok {
			l.found.unknown(p.key, codeUnknownField, fieldNames(t.Fields), "%s has no %q", t)
			continue
		}
		l.found.survey.mention(Mention{Pos: p.key.at(0), Home: t.Home, Name: f.Name})
		if v := l.literal(p.value, f.Type); v != nil {
			m[f.Name] = v
		}
	}
	for _, f := range t.Fields {
		switch _, given := m[f.Name]; {
		case given || n.get(f.Name) != nil:
		case f.Default != nil:
			m[f.Name] = f.Default
		case !f.Type.Optional && !l.leavesOut:
			l.found.add(n.pos(), codeMissingField, "%s needs %q", t, f.Name)
		}
	}
	return m
}
