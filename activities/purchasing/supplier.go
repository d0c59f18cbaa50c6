package purchasing

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type supplier struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Active bool   `json:"active"`
}

func loadSupplier(ctx context.Context, tx catalogue.Tx, number string) (supplier, bool, error) {
	var s supplier
	err := tx.QueryRow(ctx, `select number, name, active from purchasing_suppliers where number = $1`, number).
		Scan(&s.Number, &s.Name, &s.Active)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, false, nil
	}
	if err != nil {
		return s, false, fmt.Errorf("supplier %s: %w", number, err)
	}
	return s, true, nil
}

// offer is what an active supplier asks for a product, all in base units.
type offer struct {
	product, supplier, buyer   string
	price, lastPrice           value.Decimal
	minimum, multiple, maximum value.Decimal // 0: no rule
	leadDays                   int
}

// pays is the last price paid, or else the price asked.
func (o offer) pays() value.Decimal {
	if o.lastPrice.Sign() > 0 {
		return o.lastPrice
	}
	return o.price
}

// rise is how much more than last time a price is, in percent.
func (o offer) rise(price value.Decimal) value.Decimal {
	return stock.Percent(price.Sub(o.pays()), o.pays())
}

func (o offer) lot(quantity value.Decimal) value.Decimal {
	return stock.Lot(quantity, o.minimum, o.multiple)
}

// tooMuch reports whether the supplier does not sell so much at once.
func (o offer) tooMuch(quantity value.Decimal) bool {
	return o.maximum.Sign() > 0 && o.maximum.Cmp(quantity) < 0
}

// readOffers returns the offers of active suppliers for the products, by product and price, then lead
// time, then number.
func readOffers(ctx context.Context, tx catalogue.Tx, products ...string) ([]offer, error) {
	rows, err := tx.Query(ctx, `
		select p.product, p.supplier, s.buyer, round(p.price / p.unit_factor, 6), round(p.last_price / p.unit_factor, 6),
		       p.minimum, p.multiple, p.maximum, p.lead_days
		from purchasing_prices p join purchasing_suppliers s on s.tenant = p.tenant and s.number = p.supplier
		where p.product = any ($1) and s.active
		order by p.product, p.price / p.unit_factor, p.lead_days, p.supplier`, products)
	if err != nil {
		return nil, fmt.Errorf("offers: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (offer, error) {
		var o offer
		err := row.Scan(&o.product, &o.supplier, &o.buyer, catalogue.Into(&o.price), catalogue.Into(&o.lastPrice),
			catalogue.Into(&o.minimum), catalogue.Into(&o.multiple), catalogue.Into(&o.maximum), &o.leadDays)
		o.price, o.lastPrice = o.price.Trim(2), o.lastPrice.Trim(2)
		return o, err
	})
	if err != nil {
		return nil, fmt.Errorf("offers: %w", err)
	}
	return found, nil
}

// best returns the cheapest offer of those who sell so much at once, else the cheapest of all. The
// offers are cheapest first.
func best(offers []offer, quantity value.Decimal) (offer, bool) {
	for _, o := range offers {
		if !o.tooMuch(quantity) {
			return o, true
		}
	}
	if len(offers) == 0 {
		return offer{}, false
	}
	return offers[0], true
}
