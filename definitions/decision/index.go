package decision

import (
	"fmt"
	"slices"

	"waybill/definitions/value"
)

// fewestIndexed is the number of rows from which looking up is faster than going through them.
const fewestIndexed = 24

// maxIndexWords bounds the memory of one table's index, in words of 8 bytes: what does not fit is scanned.
const maxIndexWords = 512 << 10

// index finds the rows that match without looking at each: for every column it holds which rows take
// which values, and what is left of all columns together are the rows that match. Cells that read a
// setting or another input count as taking anything in it, and are looked at one by one.
type index struct {
	table   *Table
	columns []*columnIndex // nil where the column is scanned
	scanned [][]int        // by row: the columns that are looked at one by one
	all     rowSet
}

// columnIndex holds the rows of one column by its values. On a line, cuts are the bounds in ascending
// order, and places the rows that take a value: below the first cut, at it, between it and the second, and
// so on.
type columnIndex struct {
	equal   map[any]rowSet
	other   rowSet // the rows that take a value which no row names
	cuts    []value.Decimal
	places  []rowSet
	missing rowSet
}

// indexed returns the index of a table, nil where it is too small to need one.
func indexed(t *Table) *index {
	if len(t.rows) < fewestIndexed {
		return nil
	}
	x := &index{table: t, columns: make([]*columnIndex, len(t.inputs)), scanned: make([][]int, len(t.rows)), all: newRowSet(len(t.rows))}
	for n := range t.rows {
		x.all.add(n)
	}
	left := maxIndexWords
	for i := range t.inputs {
		x.columns[i] = x.column(i, &left)
		for n := range t.rows {
			if x.columns[i] == nil && len(t.rows[n].cells[i].alternatives) > 0 || t.rows[n].cells[i].moves() {
				x.scanned[n] = append(x.scanned[n], i)
			}
		}
	}
	return x
}

// moves reports whether what the cell takes changes with a setting or another input.
func (c *cell) moves() bool {
	for _, a := range c.alternatives {
		for _, b := range []*bound{a.low, a.high} {
			if b != nil && (b.setting != "" || b.input > 0) {
				return true
			}
		}
	}
	return false
}

func (x *index) column(i int, left *int) *columnIndex {
	t := x.table
	c := &columnIndex{missing: newRowSet(len(t.rows))}
	samples := x.samples(c, i)
	words := (len(samples) + 2) * len(c.missing)
	if *left -= words; *left < 0 {
		*left += words
		return nil
	}
	p := point{table: t, values: make([]any, len(t.inputs))}
	rows := func(v any) rowSet {
		p.values[i] = v
		set := newRowSet(len(t.rows))
		for n := range t.rows {
			cell := &t.rows[n].cells[i]
			if holds, err := cell.holds(&p, i); cell.moves() || err == nil && holds {
				set.add(n)
			}
		}
		return set
	}
	c.missing = rows(nil)
	if c.equal == nil {
		for _, v := range samples {
			c.places = append(c.places, rows(v))
		}
		return c
	}
	for _, v := range samples {
		c.equal[v] = rows(v)
	}
	c.other = rows(struct{}{}) // equals no value that a row may name
	return c
}

// samples returns a value for each set of rows that the column tells apart.
func (x *index) samples(c *columnIndex, i int) []any {
	t := x.table
	if !hasOrder(t.inputs[i].Type.Kind) {
		c.equal = map[any]rowSet{}
		var named []any
		for n := range t.rows {
			for _, a := range t.rows[n].cells[i].alternatives {
				named = append(named, a.equal)
			}
		}
		return named
	}
	for n := range t.rows {
		for _, a := range t.rows[n].cells[i].alternatives {
			for _, b := range []*bound{a.low, a.high} {
				if b != nil && b.setting == "" && b.input == 0 {
					c.cuts = append(c.cuts, b.number)
				}
			}
		}
	}
	slices.SortFunc(c.cuts, value.Decimal.Cmp)
	c.cuts = slices.CompactFunc(c.cuts, value.Decimal.Equal)
	return lineSamples(c.cuts)
}

// lineSamples returns numbers below, at and between the cuts, and one above.
func lineSamples(cuts []value.Decimal) []any {
	if len(cuts) == 0 {
		return []any{value.Int(0)}
	}
	half := value.New(5, 1)
	samples := []any{cuts[0].Sub(value.Int(1))}
	for i, cut := range cuts {
		samples = append(samples, cut)
		if i+1 < len(cuts) {
			samples = append(samples, cut.Add(cuts[i+1].Sub(cut).Mul(half)))
		}
	}
	return append(samples, cuts[len(cuts)-1].Add(value.Int(1)))
}

// matching returns the rows that match, under First only the one that wins.
func (x *index) matching(p *point) ([]int, error) {
	left := slices.Clone(x.all)
	for i, c := range x.columns {
		if c == nil {
			continue
		}
		rows, err := c.rows(p, i)
		if err != nil {
			return nil, err
		}
		if left.and(rows, left) {
			return nil, nil
		}
	}
	var matching []int
	var wrong error
	left.each(func(n int) bool {
		holds, err := x.scan(p, n)
		if err != nil {
			wrong = fmt.Errorf("row %d: %w", n+1, err)
			return false
		}
		if holds {
			matching = append(matching, n+1)
		}
		return !holds || !x.table.stopsAtFirst()
	})
	return matching, wrong
}

// rows returns the rows of which the column's cell takes the value that the point has there.
func (c *columnIndex) rows(p *point, i int) (rowSet, error) {
	v := p.values[i]
	if v == nil {
		return c.missing, nil
	}
	if c.equal != nil {
		return c.named(v), nil
	}
	n, err := ordinal(v, p.table.inputs[i].Type.Kind, p.table.currency)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.table.inputs[i].Name, err)
	}
	at, found := slices.BinarySearchFunc(c.cuts, n, value.Decimal.Cmp)
	if found {
		return c.places[2*at+1], nil
	}
	return c.places[2*at], nil
}

func (c *columnIndex) named(v any) rowSet {
	switch v.(type) {
	case string, bool: // what a row may name; a list is no key of a map
		if rows, named := c.equal[v]; named {
			return rows
		}
	}
	return c.other
}

// scan looks at the cells of a row that the index does not hold.
func (x *index) scan(p *point, n int) (bool, error) {
	for _, i := range x.scanned[n] {
		holds, err := x.table.rows[n].cells[i].holds(p, i)
		if err != nil || !holds {
			return false, err
		}
	}
	return true, nil
}
