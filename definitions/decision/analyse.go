package decision

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"waybill/definitions/value"
)

// maxVisits bounds the search through combinations of inputs.
const maxVisits = 500_000

// maxSeen bounds what the search remembers, at 150 bytes each.
const maxSeen = 200_000

// mostReports bounds how many overlaps are reported.
const mostReports = 10

// rowSet is a set of rows, a bit each.
type rowSet []uint64

func newRowSet(rows int) rowSet { return make(rowSet, (rows+63)/64) }

func (s rowSet) add(n int) { s[n/64] |= 1 << (n % 64) }

// appendKey writes the set, and the column that it belongs to, as a key of a map.
func (s rowSet) appendKey(text []byte, column int) []byte {
	for _, word := range s {
		text = binary.LittleEndian.AppendUint64(text, word)
	}
	return binary.LittleEndian.AppendUint16(text, uint16(column))
}

func (s rowSet) and(t rowSet, into rowSet) (empty bool) {
	any := uint64(0)
	for i := range s {
		into[i] = s[i] & t[i]
		any |= into[i]
	}
	return any == 0
}

func (s rowSet) each(visit func(n int) (more bool)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			if !visit(i*64 + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}

// analysis searches all inputs of a table for gaps, overlaps and rows that never win. It is exact: each
// column is cut at its bounds, and one input stands for each piece. Settings count with their defaults.
type analysis struct {
	table    *Table
	groups   []group
	values   []any // of the input being looked at
	visits   int
	tooMany  bool
	gap      string
	overlaps []overlap
	says     []int // by row: rows with the same number have the same outputs
	seen     map[string]bool
	key      []byte   // of the set being looked at
	left     []rowSet // by column: what matches a piece of it
	matching []int    // the rows of the set being settled
	matched  []bool
	won      []bool
	shadowed []overlap // by row: an input that it matches and another row takes
}

// overlap is an input that two rows match, a the earlier.
type overlap struct {
	a, b    int
	example string
}

// analyse checks a table without other problems.
func (p *parser) analyse(t *Table) []Problem {
	p.row = 0
	groups, problem := groupsOf(t, p.source.Settings)
	t.gaps = true
	if problem != "" {
		p.problem(codeNotChecked, 0, 0, "not checked for gaps and overlaps: %s", problem).Warning = true
		return p.problems
	}
	a := analysis{table: t, groups: groups, values: make([]any, len(t.inputs)), says: sayings(t), seen: map[string]bool{}}
	a.matched, a.won, a.shadowed = make([]bool, len(t.rows)), make([]bool, len(t.rows)), make([]overlap, len(t.rows))
	all := newRowSet(len(t.rows))
	for n := range t.rows {
		all.add(n)
	}
	for range groups {
		a.left = append(a.left, newRowSet(len(t.rows)))
	}
	a.search(0, all)
	t.gaps = a.tooMany || a.gap != ""
	p.report(&a)
	return p.problems
}

// search goes through the pieces of the remaining columns; rows are those that match so far. What the
// remaining columns tell depends on these rows alone, so each set of rows is looked at once.
func (a *analysis) search(column int, rows rowSet) {
	a.key = rows.appendKey(a.key[:0], column)
	if a.seen[string(a.key)] {
		return
	} else if len(a.seen) < maxSeen {
		a.seen[string(a.key)] = true
	}
	if a.visits++; a.visits > maxVisits {
		a.tooMany = true
		return
	}
	if column == len(a.groups) {
		a.settle(rows)
		return
	}
	g, left := a.groups[column], a.left[column]
	for _, piece := range g.pieces {
		for i, input := range g.inputs {
			a.values[input] = piece.values[i]
		}
		if rows.and(piece.rows, left) {
			a.foundGap(column + 1)
			continue
		}
		a.search(column+1, left)
		if a.tooMany {
			return
		}
	}
}

func (a *analysis) foundGap(rest int) {
	if a.gap != "" {
		return
	}
	for _, g := range a.groups[rest:] {
		for i, input := range g.inputs {
			a.values[input] = g.pieces[0].values[i]
		}
	}
	a.gap = a.example()
}

func (a *analysis) example() string {
	return (&point{table: a.table, values: a.values}).text()
}

// settle notes which of the rows that match an input win, and which of them contradict each other.
func (a *analysis) settle(rows rowSet) {
	matching := a.matching[:0]
	rows.each(func(n int) bool {
		a.matched[n] = true
		matching = append(matching, n)
		return true
	})
	a.matching = matching
	winner := matching[0]
	if a.table.hit == Priority {
		winner = slices.MinFunc(matching, func(x, y int) int { return a.table.rows[x].rank - a.table.rows[y].rank })
	}
	for _, n := range matching {
		switch {
		case n == winner || a.table.hit == Collect:
			a.won[n] = true
			continue
		case a.table.hit == Any, a.table.hit == Priority && a.table.rows[n].rank == a.table.rows[winner].rank:
			a.won[n] = true
		case a.shadowed[n].example == "":
			a.shadowed[n] = overlap{winner, n, a.example()}
		}
		if a.contradict(winner, n) && len(a.overlaps) < mostReports && !a.reported(winner, n) {
			a.overlaps = append(a.overlaps, overlap{winner, n, a.example()})
		}
	}
}

// contradict reports whether two rows must not match one input, of which x would win.
func (a *analysis) contradict(x, y int) bool {
	switch a.table.hit {
	case Unique:
		return true
	case Any:
		return a.says[x] != a.says[y]
	case Priority:
		return a.table.rows[x].rank == a.table.rows[y].rank && a.says[x] != a.says[y]
	}
	return false
}

// sayings gives rows with the same outputs the same number. A setting is the same only as itself.
func sayings(t *Table) []int {
	numbers := map[string]int{}
	made := make([]int, len(t.rows))
	for i, r := range t.rows {
		said := make([]string, len(r.outputs))
		for k, out := range r.outputs {
			said[k] = strconv.Quote(written(out.value)) + out.setting
		}
		key := strings.Join(said, "|")
		if _, known := numbers[key]; !known {
			numbers[key] = len(numbers)
		}
		made[i] = numbers[key]
	}
	return made
}

func (a *analysis) reported(x, y int) bool {
	return slices.ContainsFunc(a.overlaps, func(o overlap) bool { return o.a == x && o.b == y })
}

func (p *parser) report(a *analysis) {
	at := func(n int) int { return a.table.rows[n].offset }
	if a.gap != "" && a.table.hit != Collect {
		p.problem(codeGap, 0, 0, "no row matches, for example, %s", a.gap)
	}
	for _, o := range a.overlaps {
		p.row = o.b + 1
		p.problem(codeOverlap, 0, at(o.b), "rows %d and %d both match%s, for example, %s", o.a+1, o.b+1, a.table.hit.clash(), o.example)
	}
	if a.tooMany {
		p.row = 0
		p.problem(codeNotChecked, 0, 0, "the inputs have too many combinations to look at them all: gaps, overlaps and rows that never win may be left").Warning = true
		return
	}
	for n := range a.table.rows {
		p.row = n + 1
		switch {
		case !a.matched[n]:
			p.problem(codeNeverWins, 0, at(n), "this row can never win: no input matches it").Warning = true
		case !a.won[n] && a.table.hit != Unique:
			o := a.shadowed[n]
			p.problem(codeNeverWins, 0, at(n), "this row can never win: %s take all it matches, for example row %d takes %s", a.table.hit.better(), o.a+1, o.example).Warning = true
		}
	}
}

// clash says what is wrong with two rows that match one input.
func (h Hit) clash() string {
	switch h {
	case Any:
		return " and say different things"
	case Priority:
		return ", are equally important and say different things"
	}
	return ""
}

// better names the rows that win over another.
func (h Hit) better() string {
	if h == Priority {
		return "more important rows"
	}
	return "earlier rows"
}

// settingNumbers returns the places of the settings' defaults on their lines.
func settingNumbers(t *Table, settings *value.Type) (func(string) (value.Decimal, bool), string) {
	numbers := map[string]value.Decimal{}
	for _, r := range t.rows {
		for _, c := range r.cells {
			for _, name := range c.settings() {
				f, ok := settings.Field(name)
				if !ok || f.Default == nil {
					return nil, fmt.Sprintf("settings.%s has no default", name)
				}
				n, err := settingOrdinal(f.Default, t.currency)
				if err != nil {
					return nil, fmt.Sprintf("settings.%s: %s", name, err.Error())
				}
				numbers[name] = n
			}
		}
	}
	return func(name string) (value.Decimal, bool) { n, ok := numbers[name]; return n, ok }, ""
}
