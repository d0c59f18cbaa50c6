package decision

import (
	"errors"
	"fmt"
	"slices"

	"waybill/definitions/value"
)

// Hit says which rows win.
type Hit string

// The hit policies, those of DMN 1.5 (section 8.2.8) without the ones that depend on an order of output
// columns or of rows alone.
const (
	Unique   Hit = "unique"   // one row at most matches any input
	First    Hit = "first"    // the first that matches
	Any      Hit = "any"      // several may match, if they say the same
	Priority Hit = "priority" // the one whose first output stands earliest in the table's order
	Collect  Hit = "collect"  // all that match, gathered
)

// Hits returns the hit policies, the default first.
func Hits() []string {
	return []string{string(Unique), string(First), string(Any), string(Priority), string(Collect)}
}

// Gather says what collect makes of the outputs of the rows that match.
type Gather string

// The ways to gather. List, sum, min and max gather each output by itself; count counts the rows.
const (
	GatherList  Gather = "list"
	GatherSum   Gather = "sum"
	GatherMin   Gather = "min"
	GatherMax   Gather = "max"
	GatherCount Gather = "count"
)

// Gathers returns the ways to gather.
func Gathers() []string {
	return []string{string(GatherList), string(GatherSum), string(GatherMin), string(GatherMax), string(GatherCount)}
}

// The errors of an evaluation: no row matches, or several that say different things. Both are possible
// in a checked table only where a setting was changed.
var (
	ErrNoRow       = errors.New("no row matches")
	ErrSeveralRows = errors.New("several rows match")
)

// Result returns the fields that an evaluation gives: the outputs, as collect gathers them. What min and
// max give is optional where no row may match.
func (t *Table) Result() []value.Field {
	if t.hit != Collect {
		return t.outputs
	}
	if t.gather == GatherCount {
		return []value.Field{{Name: "count", Type: &value.Type{Kind: value.Integer}}}
	}
	fields := slices.Clone(t.outputs)
	for i := range fields {
		switch elem := fields[i].Type.AsRequired(); t.gather {
		case GatherList:
			fields[i].Type = &value.Type{Kind: value.List, Elem: elem, Personal: elem.Personal}
		case GatherSum:
			fields[i].Type = elem
		default:
			fields[i].Type = elem
			if t.gaps {
				fields[i].Type = elem.AsOptional()
			}
		}
	}
	return fields
}

// stopsAtFirst reports whether rows behind the first that matches do not count.
func (t *Table) stopsAtFirst() bool { return t.hit == First }

// winners returns which of the matching rows decide, counted from 1 in the table's order. An error says
// that they contradict each other; the rows come with it.
func (t *Table) winners(rows []int, settings map[string]any) ([]int, error) {
	switch {
	case t.hit == Collect || len(rows) == 1:
		return rows, nil
	case len(rows) == 0:
		return nil, ErrNoRow
	case t.hit == Priority:
		rows = t.foremost(rows)
	}
	for _, n := range rows[1:] {
		if t.hit == Unique || !t.agree(rows[0], n, settings) {
			return []int{rows[0], n}, ErrSeveralRows
		}
	}
	if t.hit == Any {
		return rows, nil
	}
	return rows[:1], nil
}

// foremost returns the rows whose rank is the best.
func (t *Table) foremost(rows []int) []int {
	best := slices.MinFunc(rows, func(a, b int) int { return t.rows[a-1].rank - t.rows[b-1].rank })
	rank := t.rows[best-1].rank
	return slices.DeleteFunc(slices.Clone(rows), func(n int) bool { return t.rows[n-1].rank != rank })
}

// agree reports whether two rows say the same with these settings in force.
func (t *Table) agree(a, b int, settings map[string]any) bool {
	x, errX := t.output(a, settings)
	y, errY := t.output(b, settings)
	if errX != nil || errY != nil {
		return false
	}
	for _, field := range t.outputs {
		if !value.Equal(x[field.Name], y[field.Name]) {
			return false
		}
	}
	return true
}

// gathered makes one result of the rows that match, as collect says.
func (t *Table) gathered(rows []int, settings map[string]any) (map[string]any, error) {
	if t.gather == GatherCount {
		return map[string]any{"count": value.Int(int64(len(rows)))}, nil
	}
	lists := make(map[string][]any, len(t.outputs))
	for _, n := range rows {
		outputs, err := t.output(n, settings)
		if err != nil {
			return nil, err
		}
		for name, v := range outputs {
			lists[name] = append(lists[name], v)
		}
	}
	made := make(map[string]any, len(t.outputs))
	for _, field := range t.outputs {
		v, err := t.gather.of(lists[field.Name], field.Type.Kind, t.currency)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field.Name, err)
		}
		if v != nil {
			made[field.Name] = v
		}
	}
	return made, nil
}

// of gathers the values of one output. The sum of nothing is 0, of money 0 in the pack's currency; the
// least and the greatest of nothing are nothing.
func (g Gather) of(values []any, k value.Kind, currency string) (any, error) {
	switch g {
	case GatherList:
		return append([]any{}, values...), nil
	case GatherSum:
		return sum(values, k, currency)
	}
	var best any
	var at value.Decimal
	for _, v := range values {
		n, err := ordinal(v, k, currency)
		if err != nil {
			return nil, err
		}
		if order := n.Cmp(at); best == nil || g == GatherMin && order < 0 || g == GatherMax && order > 0 {
			best, at = v, n
		}
	}
	return best, nil
}

func sum(values []any, k value.Kind, currency string) (any, error) {
	var total value.Decimal
	for _, v := range values {
		n, err := ordinal(v, k, currency)
		if err != nil {
			return nil, err
		}
		total = total.Add(n)
	}
	if k == value.MoneyKind {
		return value.Money{Amount: total, Currency: currency}, nil
	}
	return total, nil
}

// hit reads the policy with what belongs to it, and reports whether it is whole.
func (p *parser) hit(t *Table) bool {
	t.hit, t.gather = Hit(p.source.Hit), Gather(p.source.Collect)
	if t.hit == "" {
		t.hit = Unique
	}
	if !slices.Contains(Hits(), string(t.hit)) {
		p.unknownHit()
		return false
	}
	switch {
	case t.hit == Collect:
		p.gather(t)
	case t.gather != "":
		p.keyProblem("collect", "collect: %s only goes with hit: collect", t.gather)
	}
	switch {
	case t.hit == Priority:
		p.order()
	case len(p.source.Order) > 0:
		p.keyProblem("order", "order only goes with hit: priority")
	}
	return len(p.problems) == 0
}

func (p *parser) unknownHit() {
	found := p.keyProblem("hit", "%q is no way to read a table: hit is unique, first, any, priority or collect", p.source.Hit)
	found.Code = codeUnknownHit
	if near := value.Nearest(p.source.Hit, Hits()); near != "" {
		found.Message += fmt.Sprintf("; did you mean %q?", near)
		found.Mend = near
	}
}

// keyProblem notes what is wrong with a key of the table beside its rules.
func (p *parser) keyProblem(key, format string, args ...any) *Problem {
	found := p.problem(codeHit, 0, 0, format, args...)
	found.Key = key
	return found
}

// gather checks that the outputs can be gathered as collect says.
func (p *parser) gather(t *Table) {
	if !slices.Contains(Gathers(), string(t.gather)) {
		p.keyProblem("collect", "hit: collect also says how: collect: list, sum, min, max or count")
		return
	}
	for _, field := range t.outputs {
		switch k := field.Type.Kind; {
		case t.gather == GatherSum && !k.IsNumber() && k != value.MoneyKind:
			p.keyProblem("collect", "%s is %s: a sum is made of numbers or of money", field.Name, field.Type)
		case (t.gather == GatherMin || t.gather == GatherMax) && !hasOrder(k):
			p.keyProblem("collect", "%s is %s: %s needs numbers, money or times", field.Name, field.Type, t.gather)
		}
	}
}

// order reads the values of the first output, the most important first.
func (p *parser) order() {
	if len(p.source.Outputs) == 0 {
		return
	}
	first := p.source.Outputs[0]
	if len(p.source.Order) == 0 {
		p.keyProblem("order", "hit: priority also says the order of %s: order: [the most important, ..., the least]", first.Name)
	}
	for _, text := range p.source.Order {
		v, err := first.Type.AsRequired().Parse(text, p.source.Defaults)
		switch {
		case err != nil:
			p.keyProblem("order", "order: %s: %s", first.Name, err.Error())
		case slices.ContainsFunc(p.ranks, func(other any) bool { return value.Equal(v, other) }):
			p.keyProblem("order", "order: %s stands twice", text)
		default:
			p.ranks = append(p.ranks, v)
		}
	}
}

// rank returns the place of a row's first output in the order, a smaller one being more important.
func (p *parser) rank(r *row) int {
	if Hit(p.source.Hit) != Priority || len(r.outputs) == 0 {
		return 0
	}
	first, name := r.outputs[0], p.source.Outputs[0].Name
	rank := slices.IndexFunc(p.ranks, func(v any) bool { return value.Equal(v, first.value) })
	switch {
	case first.setting != "":
		p.problem(codeCell, 0, r.offset, "%s decides the order, so it is written here and not read from a setting", name)
	case rank < 0:
		p.problem(codeCell, 0, r.offset, "order has no place for %s = %s", name, written(first.value))
	}
	return rank
}
