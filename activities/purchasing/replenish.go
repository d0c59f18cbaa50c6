package purchasing

import (
	"context"
	"fmt"
	"slices"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type noInput struct{}

type replenishOut struct {
	Requisitions int `json:"requisitions"`
}

// replenish runs one at a time in a tenant; two could otherwise both find that nothing is open.
func replenish(ctx context.Context, tx catalogue.Tx, call catalogue.Call, _ noInput) (replenishOut, error) {
	var out replenishOut
	tx.Queue(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, "purchasing.replenish "+call.Tenant.String())
	low, err := readLow(ctx, tx)
	if err != nil {
		return out, err
	}
	products := make([]string, len(low))
	for i, l := range low {
		products[i] = l.product
	}
	all, err := readOffers(ctx, tx, products...)
	if err != nil {
		return out, err
	}
	for _, l := range low {
		from, ok := best(offersFor(all, l.product), l.quantity)
		if !ok {
			continue // nobody sells it: the buyer sees it among the products without a supplier
		}
		quantity := from.lot(l.quantity)
		if quantity.IsZero() {
			continue
		}
		wanted := l.quantity
		if wanted.IsZero() {
			wanted = quantity
		}
		tx.Queue(`insert into purchasing_requisitions (product, quantity, wanted, requested_at) values ($1, $2, $3, $4)`,
			l.product, quantity.String(), wanted.String(), call.At)
		out.Requisitions++
	}
	return out, nil
}

func offersFor(all []offer, product string) []offer {
	return slices.DeleteFunc(slices.Clone(all), func(o offer) bool { return o.product != product })
}

// low is a product at or below its reorder point, with what brings it up to its maximum.
type low struct {
	product  string
	quantity value.Decimal
}

func readLow(ctx context.Context, tx catalogue.Tx) ([]low, error) {
	rows, err := tx.Query(ctx, `
		select number, greatest(0, coalesce(maximum, reorder_point) - projected)
		from (
			select p.number, p.reorder_point, p.maximum, b.on_hand - b.reserved
				+ coalesce((select sum(e.coming) from purchasing_expected e
				            where e.tenant = p.tenant and e.product = p.number and e.sent_at is not null), 0)
				- coalesce((select sum(g.coming) from purchasing_pegs g join purchasing_expected e
				                on e.tenant = g.tenant and e.purchase_order = g.purchase_order and e.line = g.purchase_line
				            where g.tenant = p.tenant and g.product = p.number and e.sent_at is not null), 0) as projected
			from stock_products p join stock_balances b on b.tenant = p.tenant and b.product = p.number
			where p.source = 'buy' and p.reorder_point is not null
			  and not exists (
				select from purchasing_requisitions r
				left join purchasing_expected e on e.tenant = r.tenant and e.purchase_order = r.purchase_order and e.line = r.purchase_line
				where r.tenant = p.tenant and r.product = p.number and r.sales_order is null and r.cancelled_at is null
				  and (r.purchase_order is null or e.coming > 0))
		) projected
		where projected <= reorder_point
		order by number`)
	if err != nil {
		return nil, fmt.Errorf("projected stock: %w", err)
	}
	defer rows.Close()
	var found []low
	for rows.Next() {
		var l low
		if err := rows.Scan(&l.product, catalogue.Into(&l.quantity)); err != nil {
			return nil, fmt.Errorf("projected stock: %w", err)
		}
		found = append(found, l)
	}
	return found, rows.Err()
}

type consolidateOut struct {
	Orders []DraftOrder `json:"orders"`
}

// consolidate sums by product before the supplier's lot rule, so that the rule rounds once.
func consolidate(ctx context.Context, tx catalogue.Tx, call catalogue.Call, _ noInput) (consolidateOut, error) {
	out := consolidateOut{Orders: []DraftOrder{}}
	open, err := openRequisitions(ctx, tx)
	if err != nil {
		return out, err
	}
	products, sums := sumByProduct(open)
	all, err := readOffers(ctx, tx, products...)
	if err != nil {
		return out, err
	}
	lines := map[string][]draftLine{}
	var suppliers []string
	for _, product := range products {
		s := sums[product]
		from, ok := best(offersFor(all, product), s.quantity)
		if !ok {
			continue // stays open until somebody sells it
		}
		if len(lines[from.supplier]) == 0 {
			suppliers = append(suppliers, from.supplier)
		}
		lines[from.supplier] = append(lines[from.supplier],
			draftLine{offer: from, price: from.price, quantity: from.lot(s.quantity), requisitions: s.numbers})
	}
	slices.Sort(suppliers)
	for _, supplier := range suppliers {
		d, err := write(ctx, tx, call, lines[supplier])
		if err != nil {
			return out, err
		}
		out.Orders = append(out.Orders, d)
	}
	return out, nil
}

type sum struct {
	quantity value.Decimal
	numbers  []string
}

func sumByProduct(open []requisition) ([]string, map[string]*sum) {
	var products []string
	sums := map[string]*sum{}
	for _, r := range open {
		s := sums[r.product]
		if s == nil {
			s = &sum{}
			sums[r.product] = s
			products = append(products, r.product)
		}
		s.quantity = s.quantity.Add(r.wanted)
		s.numbers = append(s.numbers, r.number)
	}
	slices.Sort(products)
	return products, sums
}
