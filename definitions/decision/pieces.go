package decision

import (
	"fmt"
	"slices"

	"waybill/definitions/value"
)

// group is one column, or several that are compared with each other and so cannot be cut alone.
type group struct {
	inputs []int
	pieces []piece
}

// piece is a part of a group's inputs that no row tells apart: an example of it, and the rows that take it.
type piece struct {
	values []any
	rows   rowSet
}

// maxPieces bounds the combinations within one group.
const maxPieces = 50_000

// groupsOf cuts the columns of a table. The text says why that is not possible.
func groupsOf(t *Table, settings *value.Type) ([]group, string) {
	fixed, problem := settingNumbers(t, settings)
	if problem != "" {
		return nil, problem
	}
	cutter := cutter{table: t, fixed: fixed}
	var groups []group
	for _, inputs := range coupled(t) {
		g, ok := cutter.cut(inputs)
		if !ok {
			return nil, fmt.Sprintf("the inputs compared with %s have too many combinations", t.inputs[inputs[0]].Name)
		}
		groups = append(groups, g)
	}
	return groups, ""
}

// coupled divides the inputs into sets that are compared with each other, in the order of the table.
func coupled(t *Table) [][]int {
	leader := make([]int, len(t.inputs))
	for i := range leader {
		leader[i] = i
	}
	for _, r := range t.rows {
		for i, c := range r.cells {
			for _, a := range c.alternatives {
				for _, b := range []*bound{a.low, a.high} {
					if b == nil || b.input == 0 {
						continue
					}
					from, to := leader[b.input-1], leader[i]
					for k := range leader {
						if leader[k] == from {
							leader[k] = to
						}
					}
				}
			}
		}
	}
	sets := map[int][]int{}
	var order []int
	for i, l := range leader {
		if sets[l] == nil {
			order = append(order, l)
		}
		sets[l] = append(sets[l], i)
	}
	made := make([][]int, len(order))
	for i, l := range order {
		made[i] = sets[l]
	}
	return made
}

type cutter struct {
	table *Table
	fixed func(string) (value.Decimal, bool)
}

// cut makes the pieces of a group: those that the same rows take count once.
func (c *cutter) cut(inputs []int) (group, bool) {
	bounds := c.bounds(inputs)
	samples := make([][]any, len(inputs))
	combinations := 1
	for i, input := range inputs {
		samples[i] = c.samples(input, bounds, len(inputs))
		if combinations *= len(samples[i]); combinations > maxPieces {
			return group{}, false
		}
	}
	g := group{inputs: inputs}
	seen := map[string]bool{}
	p := point{table: c.table, values: make([]any, len(c.table.inputs)), fixed: c.fixed}
	for n := range combinations {
		values := make([]any, len(inputs))
		for i, input := range inputs {
			values[i] = samples[i][n%len(samples[i])]
			n /= len(samples[i])
			p.values[input] = values[i]
		}
		rows := newRowSet(len(c.table.rows))
		for r := range c.table.rows {
			if c.takes(&p, inputs, r) {
				rows.add(r)
			}
		}
		if key := fmt.Sprint(rows); !seen[key] {
			seen[key] = true
			g.pieces = append(g.pieces, piece{values, rows})
		}
	}
	return g, true
}

func (c *cutter) takes(p *point, inputs []int, r int) bool {
	for _, input := range inputs {
		if holds, err := c.table.rows[r].cells[input].holds(p, input); err != nil || !holds {
			return false
		}
	}
	return true
}

// bounds returns the numbers at which the columns of a group are cut, ascending, each once.
func (c *cutter) bounds(inputs []int) []value.Decimal {
	var all []value.Decimal
	for _, r := range c.table.rows {
		for _, input := range inputs {
			for _, a := range r.cells[input].alternatives {
				for _, b := range []*bound{a.low, a.high} {
					switch {
					case b == nil || b.input > 0:
					case b.setting != "":
						n, _ := c.fixed(b.setting)
						all = append(all, n)
					default:
						all = append(all, b.number)
					}
				}
			}
		}
	}
	slices.SortFunc(all, value.Decimal.Cmp)
	return slices.CompactFunc(all, value.Decimal.Equal)
}

// samples returns a value for each piece of an input; of the open pieces of a line as many as there are
// columns in the group, so that these can stand in any order there.
func (c *cutter) samples(input int, bounds []value.Decimal, columns int) []any {
	t := c.table.inputs[input].Type
	var made []any
	switch {
	case t.Kind == value.Boolean:
		made = []any{true, false}
	case t.Kind == value.Choice:
		for _, choice := range t.Choices {
			made = append(made, choice)
		}
	case hasOrder(t.Kind):
		for _, n := range places(t.Kind, bounds, columns) {
			made = append(made, fromOrdinal(n, t.Kind, c.table.currency))
		}
	default:
		made = c.texts(input)
	}
	if t.Optional {
		made = append(made, nil)
	}
	return made
}

// texts returns the texts that the rows name, and one that none does.
func (c *cutter) texts(input int) []any {
	other := "any other"
	var made []any
	for _, r := range c.table.rows {
		for _, a := range r.cells[input].alternatives {
			if !slices.Contains(made, a.equal) {
				made = append(made, a.equal)
			}
			if a.equal == other {
				other += " text"
			}
		}
	}
	return append(made, other)
}

// places returns numbers below, at, between and above the bounds.
func places(k value.Kind, bounds []value.Decimal, columns int) []value.Decimal {
	one := value.Int(1)
	var made []value.Decimal
	if len(bounds) == 0 {
		bounds = []value.Decimal{value.Int(0)}
	}
	below := bounds[0].Round(0, value.Down).Sub(one)
	for i := range columns {
		made = append(made, below.Sub(value.Int(int64(i))))
	}
	for i, b := range bounds {
		if !discrete(k) || b.IsInteger() {
			made = append(made, b)
		}
		if i+1 < len(bounds) {
			made = append(made, between(k, b, bounds[i+1], columns)...)
		}
	}
	above := bounds[len(bounds)-1].Round(0, value.Down).Add(one)
	for i := range columns {
		made = append(made, above.Add(value.Int(int64(i))))
	}
	if k != value.Time {
		return made
	}
	return slices.DeleteFunc(made, func(n value.Decimal) bool { return n.Sign() < 0 || n.Cmp(value.Int(secondsOfDay)) >= 0 })
}

// between returns up to as many numbers as asked for that lie between two bounds.
func between(k value.Kind, low, high value.Decimal, many int) []value.Decimal {
	var made []value.Decimal
	if discrete(k) {
		n := low.Round(0, value.Down)
		for n.Cmp(low) <= 0 {
			n = n.Add(value.Int(1))
		}
		for ; len(made) < many && n.Cmp(high) < 0; n = n.Add(value.Int(1)) {
			made = append(made, n)
		}
		return made
	}
	span := high.Sub(low)
	digits := max(low.Scale(), high.Scale()) + 3
	for i := range many {
		step, err := span.Mul(value.Int(int64(i+1))).Quo(value.Int(int64(many+1)), digits, value.Down)
		if err != nil {
			return made
		}
		made = append(made, low.Add(step).Trim(0))
	}
	return made
}
