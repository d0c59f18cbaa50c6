package production

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type draftIn struct {
	Order    string        `json:"order"`
	Line     int           `json:"line"`
	Product  string        `json:"product" type:"ref stock.product"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
	Needed   string        `json:"needed,omitempty" type:"date" doc:"left out: as soon as the lead time allows"`
	Parent   string        `json:"parent,omitempty" doc:"the production order that needs the part"`
}

type draftOut struct {
	ProductionOrder string        `json:"production_order"`
	Quantity        value.Decimal `json:"quantity" type:"quantity"`
	Start           string        `json:"start" type:"date"`
	Late            bool          `json:"late"`
}

func draft(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in draftIn) (draftOut, error) {
	var minimum, multiple value.Decimal
	var leadDays int
	var bill bool
	today := call.Today()
	err := tx.QueryRow(ctx, `
		select p.lot_minimum, p.lot_multiple, p.lead_days, exists (
			select from production_bills b where b.tenant = p.tenant and b.product = p.number
			and b.valid_from <= $2::date and (b.valid_to is null or b.valid_to > $2::date))
		from stock_products p where p.number = $1`, in.Product, today).
		Scan(catalogue.Into(&minimum), catalogue.Into(&multiple), &leadDays, &bill)
	if err != nil {
		return draftOut{}, fmt.Errorf("product %s: %w", in.Product, err)
	}
	if !bill {
		return draftOut{}, catalogue.Refuse("production.no_bill", in.Product+" has no bill of materials in force", map[string]any{"product": in.Product})
	}
	needed := in.Needed
	if needed == "" {
		if needed, err = catalogue.DaysAfter(today, leadDays); err != nil {
			return draftOut{}, err
		}
	}
	start, err := catalogue.DaysAfter(needed, -leadDays)
	if err != nil {
		return draftOut{}, err
	}
	out := draftOut{Quantity: stock.Lot(in.Quantity, minimum, multiple), Start: start, Late: start < today}
	err = tx.QueryRow(ctx, `
		insert into production_orders (sales_order, line, parent, product, quantity, wanted, needed, start, drafted_at)
		values ($1, $2, nullif($3, ''), $4, $5, $6, $7, $8, $9) returning number`,
		in.Order, in.Line, in.Parent, in.Product, out.Quantity.String(), in.Quantity.String(), needed, start, call.At).
		Scan(&out.ProductionOrder)
	if err != nil {
		return out, fmt.Errorf("production order of %s: %w", in.Product, err)
	}
	return out, nil
}
