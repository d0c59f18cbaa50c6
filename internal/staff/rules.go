package staff

import (
	"fmt"
	"sync"

	"waybill/definitions/value"
)

// How often goods arrive short or are rejected: AdventureWorks' 8,845 lines of purchase orders. How
// often work is scrapped or done again is made up.
const (
	shortPercent    = 4.3
	rejectedPercent = 6.4
	scrapPercent    = 3
	reworkPercent   = 3
	debitPercent    = 20
)

// defaultRules say how sensible people fill in the tasks that the type of the form does not tell.
func defaultRules() map[string]Rule {
	return map[string]Rule{
		"count_goods":    countGoods,
		"inspect_goods":  inspectGoods,
		"settle_rejects": settleRejects,
		"make_pieces":    MakePieces,
		"inspect_pieces": inspectPieces,
		"finish_pieces": func(t *Task) Answer {
			return Answer{Form: map[string]any{"good": t.Number("quantity")}}
		},
		"enter_invoice": func(t *Task) Answer {
			return Answer{Form: map[string]any{"number": "of " + t.Text("purchase_order"), "amount": t.Shown("total")}}
		},
		"compare_offers": compareOffers,
		"close_short":    func(*Task) Answer { return Answer{Outcome: "close"} },
		"pack": func(*Task) Answer {
			return Answer{Form: map[string]any{"carrier": "SF Express", "packages": 1}}
		},
		"ask_satisfaction": func(t *Task) Answer {
			score := 5
			if t.Chance("content", 40) {
				score = 4
			}
			return Answer{Form: map[string]any{"score": score}}
		},
	}
}

// memory is what the warehouse and quality remember of purchase orders: what came of each line, by the
// task that counted or rejected it. A task that is filled in again gets the same answer.
type memory struct {
	mu       sync.Mutex
	counted  map[lineOf]map[string]value.Decimal
	rejected map[lineOf]map[string]value.Decimal
}

type lineOf struct {
	purchaseOrder string
	line          string
}

func newMemory() memory {
	return memory{counted: map[lineOf]map[string]value.Decimal{}, rejected: map[lineOf]map[string]value.Decimal{}}
}

// note remembers a quantity, and returns what it was if it was noted before.
func note(of map[lineOf]map[string]value.Decimal, line lineOf, task string, quantity func() value.Decimal) value.Decimal {
	if of[line] == nil {
		of[line] = map[string]value.Decimal{}
	}
	if before, done := of[line][task]; done {
		return before
	}
	q := quantity()
	of[line][task] = q
	return q
}

func sum(of map[string]value.Decimal) value.Decimal {
	var all value.Decimal
	for _, q := range of {
		all = all.Add(q)
	}
	return all
}

// records reads a list of records that the task shows.
func (t *Task) records(name string) []map[string]any {
	shown, _ := t.Shown(name).([]any)
	var all []map[string]any
	for _, one := range shown {
		if record, ok := one.(map[string]any); ok {
			all = append(all, record)
		}
	}
	return all
}

// countGoods counts what is still to come of each line; sometimes a supplier sends a fifth less.
func countGoods(t *Task) Answer {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	counted := []any{}
	for _, line := range t.records("lines") {
		of := lineOf{t.Text("purchase_order"), fmt.Sprint(line["line"])}
		ordered, _ := line["quantity"].(value.Decimal)
		came := note(t.memory.counted, of, t.ID, func() value.Decimal {
			open := ordered.Sub(sum(t.memory.counted[of])).Add(sum(t.memory.rejected[of]))
			fifth := open.Mul(value.New(2, 1)).Round(0, value.Up)
			if sum(t.memory.counted[of]).IsZero() && fifth.Cmp(open) < 0 && t.Chance("short "+of.line, shortPercent) {
				return open.Sub(fifth)
			}
			return open
		})
		counted = append(counted, map[string]any{"line": line["line"], "product": line["product"], "quantity": came})
	}
	return Answer{Form: map[string]any{"counted": counted}}
}

// inspectGoods finds what was counted, and sometimes a piece that is not good.
func inspectGoods(t *Task) Answer {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	counted := []any{}
	for _, line := range t.records("counted") {
		of := lineOf{t.Text("purchase_order"), fmt.Sprint(line["line"])}
		came, _ := line["quantity"].(value.Decimal)
		rejected := note(t.memory.rejected, of, t.ID, func() value.Decimal {
			if sum(t.memory.rejected[of]).IsZero() && came.Cmp(value.Int(1)) >= 0 && t.Chance("rejected "+of.line, rejectedPercent) {
				return value.Int(1)
			}
			return value.Int(0)
		})
		counted = append(counted, map[string]any{
			"line": line["line"], "product": line["product"], "quantity": came, "rejected": rejected,
		})
	}
	return Answer{Form: map[string]any{"counted": counted}}
}

// settleRejects mostly asks for other pieces.
func settleRejects(t *Task) Answer {
	a := Answer{Outcome: "replacement", Form: map[string]any{"reason": "scratched"}}
	if t.Chance("debit", debitPercent) {
		a.Outcome = "debit_note"
	}
	return a
}

// MakePieces is the rule for making pieces: it makes what is to be made; sometimes a piece is spoilt.
func MakePieces(t *Task) Answer {
	good, scrap := t.Number("good"), value.Int(0)
	if good.Cmp(value.Int(1)) > 0 && t.Chance("scrap", scrapPercent) {
		good, scrap = good.Sub(value.Int(1)), value.Int(1)
	}
	return Answer{Form: map[string]any{"good": good, "scrap": scrap}}
}

// inspectPieces passes what was made; sometimes it is worked on once more.
func inspectPieces(t *Task) Answer {
	if t.Number("rework_rounds").IsZero() && t.Chance("rework", reworkPercent) {
		return Answer{Outcome: "rework", Form: map[string]any{"note": "a loose bearing"}}
	}
	return Answer{Outcome: "pass"}
}

// compareOffers takes the first offer: they stand in the order of their price.
func compareOffers(t *Task) Answer {
	for _, offer := range t.records("market.offers") {
		return Answer{Form: map[string]any{"supplier": offer["supplier"], "price": offer["price"]}}
	}
	return Answer{}
}
