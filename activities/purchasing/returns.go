package purchasing

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type returnIn struct {
	Receipt string        `json:"receipt"`
	Counted []stock.Count `json:"counted" doc:"what goes back is rejected, or else the quantity"`
	Settle  string        `json:"settle" type:"replacement | debit_note" doc:"replacement: they are expected again; debit_note: they are not paid"`
	Reason  string        `json:"reason,omitempty"`
}

type returnOut struct {
	SupplierReturn string        `json:"supplier_return"`
	Amount         value.Money   `json:"amount"`
	Open           value.Decimal `json:"open" type:"quantity" doc:"what the purchase order still expects"`
}

func returnGoods(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in returnIn) (returnOut, error) {
	var out returnOut
	var number string
	if err := tx.QueryRow(ctx, `select purchase_order from purchasing_receipts where number = $1`, in.Receipt).Scan(&number); err != nil {
		return out, fmt.Errorf("receipt %s: %w", in.Receipt, err)
	}
	o, err := lockOrder(ctx, tx, number)
	if err != nil {
		return out, err
	}
	rejected, err := rejectedOf(ctx, tx, in.Receipt)
	if err != nil {
		return out, err
	}
	amount := value.Int(0)
	for _, c := range in.Counted {
		l, err := o.line(c.Line, c.Product)
		if err != nil {
			return out, err
		}
		back := c.Quantity
		if c.Rejected != nil {
			back = *c.Rejected
		}
		back = stock.Less(back, rejected[c.Line])
		if back.Sign() <= 0 {
			continue
		}
		rejected[c.Line] = rejected[c.Line].Sub(back)
		amount = amount.Add(back.Mul(l.price))
		tx.Queue(`update purchasing_receipt_lines set returned = returned + $3 where receipt = $1 and line = $2`, in.Receipt, c.Line, back.String())
		if in.Settle == "debit_note" {
			l.open = stock.AtLeastZero(l.open.Sub(back))
			tx.Queue(`update purchasing_order_lines set debited = debited + $3 where purchase_order = $1 and line = $2`, number, c.Line, back.String())
		}
	}
	out.Amount, out.Open = call.Money(call.Round(amount)), o.open()
	err = tx.QueryRow(ctx, `
		insert into purchasing_returns (receipt, settle, amount, currency, reason, at) values ($1, $2, $3, $4, nullif($5, ''), $6) returning number`,
		in.Receipt, in.Settle, out.Amount.Amount.String(), call.Currency, in.Reason, call.At).Scan(&out.SupplierReturn)
	if err != nil {
		return out, fmt.Errorf("return of %s: %w", in.Receipt, err)
	}
	return out, nil
}

// rejectedOf returns by line what of a receipt was rejected and has not gone back.
func rejectedOf(ctx context.Context, tx catalogue.Tx, receipt string) (map[int]value.Decimal, error) {
	rows, err := tx.Query(ctx, `select line, rejected - returned from purchasing_receipt_lines where receipt = $1`, receipt)
	if err != nil {
		return nil, fmt.Errorf("receipt %s: %w", receipt, err)
	}
	defer rows.Close()
	rejected := map[int]value.Decimal{}
	for rows.Next() {
		var number int
		var quantity value.Decimal
		if err := rows.Scan(&number, catalogue.Into(&quantity)); err != nil {
			return nil, fmt.Errorf("receipt %s: %w", receipt, err)
		}
		rejected[number] = quantity
	}
	return rejected, rows.Err()
}

type closeOut struct {
	Closed value.Decimal `json:"closed" type:"quantity"`
}

func closeShort(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in orderIn) (closeOut, error) {
	o, err := lockOrder(ctx, tx, in.PurchaseOrder)
	if err != nil {
		return closeOut{}, err
	}
	tx.Queue(`update purchasing_order_lines l set cancelled = cancelled + purchasing_open(l) where purchase_order = $1`, o.number)
	tx.Queue(`update purchasing_orders set closed_at = coalesce(closed_at, $2) where number = $1`, o.number, call.At)
	return closeOut{Closed: o.open()}, nil
}
