package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

// What the order log of 2,000 orders shows (data/SOURCES.md): 4.1 items an order, 1,529 orders out in
// more than one package, 1,133 with an item that was out of stock.
const (
	linesMost   = 8
	linesMean   = 4.1
	inPartsRate = 0.76
	shortRate   = 0.57
)

// sampled is an order of the sample.
type sampled struct {
	Number   string
	Customer string
	Parts    bool // goes out in more than one package
	Short    bool // has a line that is not in stock
	Lines    []sampledLine
}

type sampledLine struct {
	Product  string
	Quantity int
}

// sampler draws orders from what is sold.
type sampler struct {
	random  *rand.Rand
	inStock []string       // sold, and there, and no part of what is made, which may take it first
	absent  []string       // sold, and never there
	left    map[string]int // what no order of the sample has taken yet
	large   map[string]bool
}

func newSampler(c *company, seed uint64) *sampler {
	s := &sampler{random: rand.New(rand.NewPCG(seed, seed)), left: map[string]int{}, large: map[string]bool{}}
	for _, row := range c.ask(`select p.number, trunc(b.on_hand)::bigint, p.source from stock_products p join stock_balances b on b.product = p.number
		where p.sold and p.list_price > 0 and (b.on_hand = 0 or not exists (select from production_bills where component = p.number))
		order by p.number`) {
		cells := strings.Split(row, " | ")
		stock, err := strconv.Atoi(cells[1])
		require.NoError(c, err)
		if s.left[cells[0]] = stock; stock == 0 {
			s.absent = append(s.absent, cells[0])
			continue
		}
		s.inStock = append(s.inStock, cells[0])
		s.large[cells[0]] = cells[2] == "make"
	}
	require.NotEmpty(c, s.absent)
	require.NotEmpty(c, s.inStock)
	return s
}

// orders draws n orders of different products each.
func (s *sampler) orders(n, customers int) []sampled {
	all := make([]sampled, n)
	for i := range all {
		all[i] = s.order(fmt.Sprintf("AW-%04d", i+1), fmt.Sprintf("AWC-%02d", 1+s.random.IntN(customers)))
	}
	return all
}

func (s *sampler) order(number, customer string) sampled {
	o := sampled{Number: number, Customer: customer, Parts: s.random.Float64() < inPartsRate, Short: s.random.Float64() < shortRate}
	lines := 1
	for range linesMost - 1 {
		if s.random.Float64() < (linesMean-1)/(linesMost-1) {
			lines++
		}
	}
	short := 0
	if o.Short {
		if short = 1; lines > 2 && s.random.IntN(4) == 0 {
			short = 2
		}
	}
	taken := map[string]bool{}
	for i := range lines {
		if i < short {
			o.Lines = append(o.Lines, s.shortLine(taken))
		} else {
			o.Lines = append(o.Lines, s.stockLine(taken))
		}
	}
	return o
}

// shortLine asks for what is not there; one in eight for more of a made product than there is.
func (s *sampler) shortLine(taken map[string]bool) sampledLine {
	if s.random.IntN(8) == 0 {
		p := s.draw(s.inStock, func(p string) bool { return s.large[p] && s.left[p] < 400 && !taken[p] })
		if p != "" {
			taken[p] = true
			l := sampledLine{p, s.left[p] + 1 + s.random.IntN(4)}
			s.left[p] = 0
			return l
		}
	}
	p := s.draw(s.absent, func(p string) bool { return !taken[p] })
	taken[p] = true
	return sampledLine{p, 1 + s.random.IntN(3)}
}

// stockLine asks for what is there.
func (s *sampler) stockLine(taken map[string]bool) sampledLine {
	quantity := 1 + s.random.IntN(4)
	p := s.draw(s.inStock, func(p string) bool { return s.left[p] >= quantity && !taken[p] })
	taken[p] = true
	s.left[p] -= quantity
	return sampledLine{p, quantity}
}

// draw draws one that fits; "" where none does.
func (s *sampler) draw(from []string, fits func(string) bool) string {
	start := s.random.IntN(len(from))
	for i := range from {
		if p := from[(start+i)%len(from)]; fits(p) {
			return p
		}
	}
	return ""
}

// placed is the order as the process takes it.
func (o sampled) placed() map[string]any {
	policy := "ship_complete"
	if o.Parts {
		policy = "partial"
	}
	var lines []any
	for i, l := range o.Lines {
		lines = append(lines, map[string]any{"line": i + 1, "product": l.Product, "quantity": l.Quantity})
	}
	return map[string]any{
		"number": o.Number, "customer": o.Customer, "entered_by": "web", "policy": policy,
		"ship_to": "1 Sample Street", "tax_id": "TAX-" + o.Customer, "lines": lines,
	}
}
