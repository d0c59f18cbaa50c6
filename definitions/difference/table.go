package difference

import (
	"slices"
	"strconv"
	"strings"

	"waybill/definitions"
	"waybill/definitions/decision"
)

// tables compares the decision tables, row by row.
func tables(from, to *definitions.Pack) []Change {
	var changes []Change
	for _, id := range both(from.Decisions, to.Decisions) {
		a, b := from.Decisions[id], to.Decisions[id]
		switch {
		case a == nil:
			changes = append(changes, Change{How: Added, What: "table", Name: id})
		case b == nil:
			changes = append(changes, Change{How: Removed, What: "table", Name: id})
		default:
			changes = append(changes, table(a, b)...)
		}
	}
	return changes
}

func table(a, b *definitions.Decision) []Change {
	changes := texts("", "table", header(a), header(b))
	for i := range changes {
		changes[i].Name = a.ID
	}
	before, after := decision.Rows(a.Source), decision.Rows(b.Source)
	for _, e := range edits(before, after) {
		c := Change{What: "row", Name: a.ID + " " + strconv.Itoa(e.row)}
		switch {
		case e.old < 0:
			c.How, c.After = Added, after[e.new]
		case e.new < 0:
			c.How, c.Before = Removed, before[e.old]
		default:
			c.How, c.Before, c.After = Changed, before[e.old], after[e.new]
		}
		changes = append(changes, c)
	}
	return changes
}

func header(d *definitions.Decision) map[string]string {
	return map[string]string{
		"inputs": fieldTexts(d.Inputs), "outputs": fieldTexts(d.Outputs), "hit": d.Source.Hit, "collect": d.Source.Collect,
		"order": strings.Join(d.Source.Order, ", "), "title": titleText(d.Title),
	}
}

// edit is a row that was added (old -1), removed (new -1) or changed. row counts from 1, in the newer
// table or, of a removed row, in the older.
type edit struct{ old, new, row int }

// edits returns how one list of rows became another. Rows between two that stayed the same are taken as
// changed as far as there are as many on either side.
func edits(before, after []string) []edit {
	var out []edit
	i, j := 0, 0
	gap := func(toI, toJ int) {
		for i < toI && j < toJ {
			out = append(out, edit{i, j, j + 1})
			i, j = i+1, j+1
		}
		for ; i < toI; i++ {
			out = append(out, edit{i, -1, i + 1})
		}
		for ; j < toJ; j++ {
			out = append(out, edit{-1, j, j + 1})
		}
	}
	for _, same := range common(before, after) {
		gap(same[0], same[1])
		i, j = same[0]+1, same[1]+1
	}
	gap(len(before), len(after))
	return out
}

// common returns the places of a longest common part of two lists, without those at the head and tail
// that are the same searched at length.
func common(a, b []string) [][2]int {
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var pairs [][2]int
	for i := range head {
		pairs = append(pairs, [2]int{i, i})
	}
	for _, p := range longest(a[head:len(a)-tail], b[head:len(b)-tail]) {
		pairs = append(pairs, [2]int{p[0] + head, p[1] + head})
	}
	for i := tail; i > 0; i-- {
		pairs = append(pairs, [2]int{len(a) - i, len(b) - i})
	}
	return pairs
}

func longest(a, b []string) [][2]int {
	best := make([][]int, len(a)+1)
	for i := range best {
		best[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if a[i] == b[j] {
				best[i][j] = 1 + best[i+1][j+1]
			}
		}
	}
	var pairs [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case best[i+1][j] >= best[i][j+1]:
			i++
		default:
			j++
		}
	}
	return slices.Clip(pairs)
}
