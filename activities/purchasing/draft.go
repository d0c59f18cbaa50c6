package purchasing

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type draftIn struct {
	Requisition string       `json:"requisition"`
	Supplier    string       `json:"supplier,omitempty" type:"ref purchasing.supplier"`
	Price       *value.Money `json:"price" doc:"of a base unit, as quoted; left out: the price list"`
	NotSupplier string       `json:"not_supplier,omitempty" type:"ref purchasing.supplier"`
}

func draftOrder(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in draftIn) (DraftOrder, error) {
	r, err := readRequisition(ctx, tx, in.Requisition)
	if err != nil {
		return DraftOrder{}, err
	}
	if r.purchaseOrder != "" {
		d, err := readDraft(ctx, tx, call, r.purchaseOrder)
		if err != nil || d.Supplier != in.NotSupplier {
			return d, err
		}
	}
	found, err := readOffers(ctx, tx, r.product)
	if err != nil {
		return DraftOrder{}, err
	}
	found = slices.DeleteFunc(found, func(o offer) bool {
		return o.supplier == in.NotSupplier || in.Supplier != "" && o.supplier != in.Supplier
	})
	from, ok := best(found, r.wanted)
	if !ok {
		return DraftOrder{}, catalogue.Refuse("purchasing.no_supplier", r.product+" has no such supplier", map[string]any{"product": r.product})
	}
	price := from.price
	if in.Price != nil {
		if in.Price.Currency != call.Currency {
			return DraftOrder{}, fmt.Errorf("price %s: %w", in.Price, value.ErrTwoCurrencies)
		}
		price = in.Price.Amount
	}
	return write(ctx, tx, call, []draftLine{{offer: from, price: price, quantity: from.lot(r.wanted), requisitions: []string{r.number}}})
}

// draftLine is a line to be of a purchase order; all lines of one are of the same supplier.
type draftLine struct {
	offer           offer
	price, quantity value.Decimal
	requisitions    []string
}

// write makes the purchase order of some lines and puts their requisitions on it.
func write(ctx context.Context, tx catalogue.Tx, call catalogue.Call, lines []draftLine) (DraftOrder, error) {
	from := lines[0].offer
	d := DraftOrder{Supplier: from.supplier, Buyer: cmp.Or(from.buyer, call.By), Lines: []PurchaseLine{}}
	err := tx.QueryRow(ctx, `
		insert into purchasing_orders (supplier, buyer, currency, drafted_at) values ($1, $2, $3, $4) returning number`,
		d.Supplier, d.Buyer, call.Currency, call.At).Scan(&d.PurchaseOrder)
	if err != nil {
		return d, fmt.Errorf("purchase order: %w", err)
	}
	for i, l := range lines {
		line := PurchaseLine{Line: i + 1, Product: l.offer.product, Quantity: l.quantity, Price: call.Money(l.price)}
		if len(l.requisitions) == 1 {
			line.Requisition = l.requisitions[0]
		}
		d.add(call, line, l.offer.rise(l.price))
		tx.Queue(`insert into purchasing_order_lines (purchase_order, line, product, price, ordered) values ($1, $2, $3, $4, $5)`,
			d.PurchaseOrder, line.Line, line.Product, l.price.String(), l.quantity.String())
		tx.Queue(`update purchasing_requisitions set purchase_order = $2, purchase_line = $3 where number = any ($1)`,
			l.requisitions, d.PurchaseOrder, line.Line)
	}
	d.Total.Amount = call.Round(d.Total.Amount)
	return d, nil
}

// add sums exactly; the total is rounded once, when it is whole.
func (d *DraftOrder) add(call catalogue.Call, line PurchaseLine, rise value.Decimal) {
	d.Total = call.Money(d.Total.Amount.Add(line.Quantity.Mul(line.Price.Amount)))
	if len(d.Lines) == 0 || rise.Cmp(d.PriceRise) > 0 {
		d.PriceRise = rise
	}
	d.Lines = append(d.Lines, line)
}

// readDraft gives again what drafting gave.
func readDraft(ctx context.Context, tx catalogue.Tx, call catalogue.Call, number string) (DraftOrder, error) {
	d := DraftOrder{PurchaseOrder: number, Lines: []PurchaseLine{}}
	rows, err := tx.Query(ctx, `
		select o.supplier, o.buyer, l.line, l.product, l.ordered, l.price, round(p.last_price / p.unit_factor, 6), p.price / p.unit_factor,
		       coalesce((select min(r.number) from purchasing_requisitions r where r.tenant = l.tenant
		                 and r.purchase_order = l.purchase_order and r.purchase_line = l.line having count(*) = 1), '')
		from purchasing_orders o
		join purchasing_order_lines l on l.tenant = o.tenant and l.purchase_order = o.number
		join purchasing_prices p on p.tenant = o.tenant and p.supplier = o.supplier and p.product = l.product
		where o.number = $1 order by l.line`, number)
	if err != nil {
		return d, fmt.Errorf("purchase order %s: %w", number, err)
	}
	defer rows.Close()
	for rows.Next() {
		var o offer
		var l PurchaseLine
		err := rows.Scan(&d.Supplier, &d.Buyer, &l.Line, &l.Product, catalogue.Into(&l.Quantity), catalogue.Into(&l.Price.Amount),
			catalogue.Into(&o.lastPrice), catalogue.Into(&o.price), &l.Requisition)
		if err != nil {
			return d, fmt.Errorf("purchase order %s: %w", number, err)
		}
		l.Price.Currency = call.Currency
		d.add(call, l, o.rise(l.Price.Amount))
	}
	d.Total.Amount = call.Round(d.Total.Amount)
	return d, rows.Err()
}
