package stock_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"waybill/activities/stock/stocktest"
)

// trader is one order's life, played at random beside others that want the same goods.
type trader struct {
	*stocktest.Shop
	order string
	dice  *rand.Rand
	err   error
}

// do runs an action and returns a part of its answer; what fails first stays in err.
func (x *trader) do(part, action, input string, args ...any) string {
	if x.err != nil {
		return ""
	}
	out, err := x.Try(action, fmt.Sprintf(input, args...))
	if err != nil {
		x.err = fmt.Errorf("%s of %s: %w", action, x.order, err)
	}
	return stocktest.Part(out, part)
}

// supply makes line 1 or buys line 2 again, and sometimes lets it be in the middle.
func (x *trader) supply() {
	if x.dice.IntN(2) == 0 {
		x.buy(2, "")
		return
	}
	made := x.do("production_order", "production.draft", `{"order": %q, "line": 1, "product": "BIKE", "quantity": %d}`, x.order, 1+x.dice.IntN(3))
	x.do("", "production.explode", `{"production_order": %q}`, made)
	switch x.dice.IntN(4) {
	case 0:
		x.do("", "production.cancel", `{"production_order": %q}`, made)
	case 1:
		x.do("", "production.issue", `{"production_order": %q}`, made)
		x.do("", "production.report", `{"production_order": %q, "operation": 1, "good": 1, "scrap": 0, "over": 0}`, made)
		x.do("", "production.return_components", `{"production_order": %q}`, made)
	default:
		x.buy(1, made)
		x.do("", "production.issue", `{"production_order": %q}`, made)
		x.do("", "production.finish", `{"production_order": %q, "good": 1, "scrap": 0}`, made)
	}
}

func (x *trader) buy(line int, made string) {
	needs := x.do("requisition", "purchasing.request", `{"order": %q, "line": %d, "product": "BELL", "quantity": %d, "production_order": %q}`,
		x.order, line, 1+x.dice.IntN(5), made)
	bought := x.do("purchase_order", "purchasing.draft_order", `{"requisition": %q}`, needs)
	x.do("", "purchasing.send_order", `{"purchase_order": %q}`, bought)
	got := x.do("receipt", "purchasing.receive", `{"purchase_order": %q, "over_tolerance": 0, "counted": [{"line": 1, "product": "BELL", "quantity": 2}]}`, bought)
	if x.dice.IntN(4) == 0 {
		x.do("", "purchasing.reduce", `{"requisition": %q}`, needs)
	}
	x.do("", "stock.put_away", `{"receipt": %q, "counted": [{"line": 1, "product": "BELL", "quantity": 1}]}`, got)
}

func (x *trader) ship() {
	out, err := x.Try("shipping.plan_shipment", fmt.Sprintf(`{"order": %q, "transit": "1d"}`, x.order))
	if err != nil {
		return // nothing is reserved
	}
	shipment := stocktest.Part(out, "shipment")
	x.do("", "shipping.goods_issue", `{"shipment": %q}`, shipment)
	switch x.dice.IntN(3) {
	case 0:
		x.do("", "shipping.take_back", `{"shipment": %q}`, shipment)
	case 1:
		x.do("", "shipping.claim", `{"shipment": %q}`, shipment)
	}
}

func (x *trader) live() error {
	for range 12 {
		switch x.dice.IntN(5) {
		case 0, 1:
			x.do("", "stock.reserve", `{"order": %q}`, x.order)
		case 2:
			x.do("", "stock.release", `{"order": %q}`, x.order)
		case 3:
			x.ship()
		default:
			x.supply()
		}
	}
	return x.err
}

func TestOrdersThatWantTheSameGoodsAllAtOnceNeverDeadlockAndAlwaysAddUp(t *testing.T) {
	s := shop(t)
	s.Product("BELL", "buy", 20, "")
	s.Product("BIKE", "make", 6, "")
	s.Bill("BIKE", "BELL 2")
	s.Price("NEAR", "BELL", "2", 5, "")
	var all errgroup.Group
	for i := range 10 {
		x := &trader{Shop: s, order: fmt.Sprint("O-", i), dice: rand.New(rand.NewPCG(7, uint64(i)))}
		s.Order(x.order, "BIKE 4", "BELL 9")
		all.Go(x.live)
	}
	require.NoError(t, all.Wait())
	s.Balanced()
	require.Equal(t, "0", s.Ask(`select count(*) from sales_order_lines where shipped - returned - lost > ordered`))

	for i := range 10 {
		s.Do("stock.release", `{"order": "O-%d"}`, i)
	}
	require.Equal(t, "0", s.Ask(`select count(*) from stock_reservations where sales_order is not null`), "nothing stays held")
	require.Equal(t, "0", s.Ask(`select count(*) from stock_reservations r join production_orders o on o.number = r.production_order
		where o.finished_at is not null or o.stopped_at is not null or o.cancelled_at is not null`))
	s.Balanced()
}
