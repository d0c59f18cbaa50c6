package production

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type reportIn struct {
	ProductionOrder string        `json:"production_order"`
	Operation       int           `json:"operation"`
	Good            value.Decimal `json:"good" type:"quantity"`
	Scrap           value.Decimal `json:"scrap" type:"quantity"`
	Over            value.Decimal `json:"over" type:"percent"`
	By              string        `json:"by,omitempty" doc:"the person whose act it is; left out: whoever is behind the step"`
}

type reportOut struct {
	Good         value.Decimal `json:"good" type:"quantity" doc:"of the operation so far, as scrap"`
	Scrap        value.Decimal `json:"scrap" type:"quantity"`
	ScrapPercent value.Decimal `json:"scrap_percent" type:"percent" doc:"scrap, of good and scrap"`
}

var errOver = errors.New("finished or stopped")

func report(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in reportIn) (reportOut, error) {
	o, err := lockOrder(ctx, tx, in.ProductionOrder)
	if err != nil {
		return reportOut{}, err
	}
	if o.over() {
		return reportOut{}, fmt.Errorf("production order %s: %w", o.number, errOver)
	}
	var out reportOut
	err = tx.QueryRow(ctx, `
		select coalesce(sum(good), 0), coalesce(sum(scrap), 0) from production_reports where production_order = $1 and operation = $2`,
		o.number, in.Operation).Scan(catalogue.Into(&out.Good), catalogue.Into(&out.Scrap))
	if err != nil {
		return out, fmt.Errorf("reports of %s: %w", o.number, err)
	}
	out.Good, out.Scrap = out.Good.Add(in.Good), out.Scrap.Add(in.Scrap)
	most := o.quantity.Mul(value.Int(100).Add(in.Over)).Mul(value.New(1, 2))
	if out.Good.Cmp(most) > 0 {
		return out, catalogue.Refuse("production.overproduced",
			fmt.Sprintf("%s good pieces of %s planned", out.Good, o.quantity),
			map[string]any{"production_order": o.number, "operation": value.Int(int64(in.Operation)), "good": out.Good})
	}
	out.ScrapPercent = stock.Percent(out.Scrap, out.Good.Add(out.Scrap))
	tx.Queue(`insert into production_reports (production_order, operation, good, scrap, by, at) values ($1, $2, $3, $4, $5, $6)`,
		o.number, in.Operation, in.Good.String(), in.Scrap.String(), cmp.Or(in.By, call.By), call.At)
	return out, nil
}
