package stock

import (
	"cmp"
	"slices"

	"waybill/definitions/value"
)

// supply is what of one product is there, comes and goes, as an order sees it.
type supply struct {
	free     value.Decimal // on hand - safety - hard reservations
	held     value.Decimal // reserved for the order itself
	changes  []change
	leadDays int
}

// change is a confirmed receipt (positive) or dated demand (negative). The order's own receipts are
// pegged to it; its own demand is what was promised to its lines before.
type change struct {
	day      string
	quantity value.Decimal
	own      bool
}

// at is ATP(t): what is available to promise on a day; all that happens on the day counts. What others
// need may use up what is free, never what the order holds.
func (s *supply) at(day string) value.Decimal {
	free, own := s.free, s.held
	for _, c := range s.changes {
		switch {
		case c.day > day:
		case c.own:
			own = own.Add(c.quantity)
		default:
			free = free.Add(c.quantity)
		}
	}
	return AtLeastZero(AtLeastZero(free).Add(own))
}

// promise dates a quantity: the first day in [today, until] on which so much is available, else the day
// the product's lead time gives (lead), else "". available is what of it is there today. What is
// promised is taken, so that the next line of the same product finds less.
func (s *supply) promise(quantity value.Decimal, today, until, lead string) (available value.Decimal, day string) {
	available = Less(quantity, s.at(today))
	day = s.firstDay(quantity, today, until)
	s.take(today, available)
	switch {
	case day != "":
		s.take(day, quantity.Sub(available))
	case lead <= until: // the rest is made or bought for this line
		day = lead
	}
	return available, day
}

func (s *supply) firstDay(quantity value.Decimal, today, until string) string {
	days := []string{today}
	for _, c := range s.changes {
		if c.day > today && c.day <= until && c.quantity.Sign() > 0 {
			days = append(days, c.day)
		}
	}
	slices.SortFunc(days, cmp.Compare[string])
	for _, day := range days {
		if s.at(day).Cmp(quantity) >= 0 {
			return day
		}
	}
	return ""
}

func (s *supply) take(day string, quantity value.Decimal) {
	if quantity.Sign() > 0 {
		s.changes = append(s.changes, change{day: day, quantity: quantity.Neg(), own: true})
	}
}
