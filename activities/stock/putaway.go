package stock

import (
	"context"
	"fmt"
	"time"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type putAwayIn struct {
	Receipt string  `json:"receipt"`
	Counted []Count `json:"counted" doc:"what quality found; a line that is left out is accepted whole"`
}

type putAwayOut struct {
	Accepted     value.Decimal `json:"accepted" type:"quantity"`
	Rejected     value.Decimal `json:"rejected" type:"quantity"`
	Open         value.Decimal `json:"open" type:"quantity" doc:"what the purchase order still expects"`
	ShortPercent value.Decimal `json:"short_percent" type:"percent" doc:"open, of what was ordered"`
}

// putAway locks in this order: the purchase order's lines, its requisitions, the sales order lines they
// are for, the balances.
func putAway(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in putAwayIn) (putAwayOut, error) {
	goods, err := readReceipt(ctx, tx, in.Receipt)
	if err != nil {
		return putAwayOut{}, err
	}
	if goods.done != nil {
		return goods.answer(), nil
	}
	if err := goods.inspect(in.Counted); err != nil {
		return putAwayOut{}, err
	}
	pegs, err := readPegs(ctx, tx, goods.purchaseOrder)
	if err != nil {
		return putAwayOut{}, err
	}
	lines, err := LockLines(ctx, tx, pegs.orders()...)
	if err != nil {
		return putAwayOut{}, err
	}
	ledger, err := Lock(ctx, tx, call.At, goods.products())
	if err != nil {
		return putAwayOut{}, err
	}
	needs, err := readNeeds(ctx, tx, lines, pegs.productions())
	if err != nil {
		return putAwayOut{}, err
	}
	for i := range goods.lines {
		l := &goods.lines[i]
		ledger.Move(Received, l.product, l.accepted, in.Receipt)
		pegs.serve(tx, ledger, needs, *l)
	}
	ledger.Post()
	goods.write(tx, call.At)
	return goods.answer(), nil
}

// receipt is a delivery with the lines of its purchase order, those that it brought nothing for among
// them.
type receipt struct {
	number, purchaseOrder string
	done                  *time.Time
	lines                 []receiptLine
}

type receiptLine struct {
	line                       int
	product                    string
	ordered, open              value.Decimal // of the purchase order's line; less than 0 where too much came
	there                      bool          // the receipt has this line
	counted                    value.Decimal // by the warehouse
	accepted, rejected, absent value.Decimal
}

func readReceipt(ctx context.Context, tx catalogue.Tx, number string) (*receipt, error) {
	r := &receipt{number: number}
	err := tx.QueryRow(ctx, `select purchase_order, put_away_at from purchasing_receipts where number = $1 for no key update`, number).
		Scan(&r.purchaseOrder, &r.done)
	if err != nil {
		return nil, fmt.Errorf("receipt %s: %w", number, err)
	}
	rows, err := tx.Query(ctx, `
		select l.line, l.product, l.ordered - l.cancelled, l.ordered - l.cancelled - l.received + l.rejected - l.debited,
		       r.receipt is not null, r.quantity, r.accepted, r.rejected
		from purchasing_order_lines l
		left join purchasing_receipt_lines r on r.tenant = l.tenant and r.receipt = $2
		     and r.purchase_order = l.purchase_order and r.line = l.line
		where l.purchase_order = $1 order by l.line for no key update of l`, r.purchaseOrder, number)
	if err != nil {
		return nil, fmt.Errorf("receipt %s: %w", number, err)
	}
	defer rows.Close()
	for rows.Next() {
		var l receiptLine
		err := rows.Scan(&l.line, &l.product, catalogue.Into(&l.ordered), catalogue.Into(&l.open), &l.there, catalogue.Into(&l.counted), catalogue.Into(&l.accepted), catalogue.Into(&l.rejected))
		if err != nil {
			return nil, fmt.Errorf("receipt %s: %w", number, err)
		}
		r.lines = append(r.lines, l)
	}
	return r, rows.Err()
}

// inspect splits what the warehouse counted into accepted, rejected and not found again.
func (r *receipt) inspect(counted []Count) error {
	for i := range r.lines {
		r.lines[i].accepted = r.lines[i].counted
	}
	for _, c := range counted {
		l, err := r.line(c)
		if err != nil {
			return err
		}
		if c.Quantity.Sign() < 0 || c.Rejected != nil && c.Rejected.Sign() < 0 {
			return fmt.Errorf("receipt %s: line %d: less than nothing", r.number, c.Line)
		}
		// What came beyond the tolerance went back at once, though the count may name it still.
		here := Less(c.Quantity, l.counted)
		l.rejected = value.Int(0)
		if c.Rejected != nil {
			l.rejected = Less(*c.Rejected, here)
		}
		l.accepted, l.absent = here.Sub(l.rejected), l.counted.Sub(here)
		// A piece not found was not received, a rejected one is expected again.
		l.open = l.open.Add(l.absent).Add(l.rejected)
	}
	return nil
}

func (r *receipt) line(c Count) (*receiptLine, error) {
	for i := range r.lines {
		if l := &r.lines[i]; l.line == c.Line && l.product == c.Product && l.there {
			return l, nil
		}
	}
	return nil, fmt.Errorf("receipt %s: line %d of %s: not there", r.number, c.Line, c.Product)
}

func (r *receipt) products() []string {
	var products []string
	for _, l := range r.lines {
		products = append(products, l.product)
	}
	return products
}

func (r *receipt) write(tx catalogue.Tx, at time.Time) {
	for _, l := range r.lines {
		if !l.there {
			continue
		}
		tx.Queue(`update purchasing_receipt_lines set quantity = quantity - $3, accepted = $4, rejected = $5 where receipt = $1 and line = $2`,
			r.number, l.line, l.absent.String(), l.accepted.String(), l.rejected.String())
		tx.Queue(`
			update purchasing_order_lines set received = received - $3, accepted = accepted + $4, rejected = rejected + $5
			where purchase_order = $1 and line = $2`,
			r.purchaseOrder, l.line, l.absent.String(), l.accepted.String(), l.rejected.String())
	}
	tx.Queue(`update purchasing_receipts set put_away_at = $2 where number = $1`, r.number, at)
}

func (r *receipt) answer() putAwayOut {
	var out putAwayOut
	var ordered value.Decimal
	for _, l := range r.lines {
		out.Accepted = out.Accepted.Add(l.accepted)
		out.Rejected = out.Rejected.Add(l.rejected)
		out.Open = out.Open.Add(AtLeastZero(l.open))
		ordered = ordered.Add(l.ordered)
	}
	out.ShortPercent = Percent(out.Open, ordered)
	return out
}
