package production

import (
	"context"
	"fmt"
	"time"

	"waybill/activities/catalogue"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

type scheduleIn struct {
	ProductionOrder string `json:"production_order"`
	Freeze          string `json:"freeze" type:"duration" doc:"no order is put into the days that are so near"`
	Overtime        string `json:"overtime" type:"allowed | refused"`
	Avoid           string `json:"avoid,omitempty" doc:"a work centre that is down; used all the same where no other can do the work"`
}

type scheduleOut struct {
	WorkCenter string `json:"work_center" doc:"empty where the product has no routing"`
	Start      string `json:"start" type:"date"`
	End        string `json:"end" type:"date"`
	Overtime   bool   `json:"overtime" doc:"longer days are needed"`
}

func schedule(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in scheduleIn) (scheduleOut, error) {
	o, err := lockOrder(ctx, tx, in.ProductionOrder)
	if err != nil {
		return scheduleOut{}, err
	}
	span, err := calendar.ParseDuration(in.Freeze)
	if err != nil {
		return scheduleOut{}, err
	}
	open, err := call.Hours().AddToDate(call.Today(), span)
	if err != nil {
		return scheduleOut{}, err
	}
	earliest := max(o.start, open)
	routing, err := readRouting(ctx, tx, o.product)
	if err != nil {
		return scheduleOut{}, err
	}
	if len(routing) == 0 {
		return o.byLeadTime(earliest)
	}
	minutes, bottleneck := load(routing, o.quantity)
	centres, err := lockCentres(ctx, tx, bottleneck, in.Avoid)
	if err != nil {
		return scheduleOut{}, err
	}
	s := scheduler{tx: tx, open: open, days: workDaysOf(call.Hours()), overtime: in.Overtime == "allowed"}
	return s.first(ctx, o, job{order: o.number, minutes: minutes, earliest: earliest, needed: o.needed}, centres)
}

// byLeadTime schedules a product without a routing: it takes the days between start and needed, which
// its lead time gave, and nobody's capacity.
func (o *order) byLeadTime(earliest string) (scheduleOut, error) {
	start, err := value.ParseDate(o.start)
	if err != nil {
		return scheduleOut{}, err
	}
	needed, err := value.ParseDate(o.needed)
	if err != nil {
		return scheduleOut{}, err
	}
	end, err := catalogue.DaysAfter(earliest, int(needed.Sub(start)/(24*time.Hour)))
	return scheduleOut{Start: earliest, End: end}, err
}

// load returns the minutes of the operation that takes most, which is what is planned, and its work
// centre.
func load(routing []routed, quantity value.Decimal) (value.Decimal, string) {
	most, centre := value.Int(0), routing[0].workCenter
	for _, r := range routing {
		if minutes := r.lot(quantity); minutes.Cmp(most) > 0 {
			most, centre = minutes, r.workCenter
		}
	}
	return most, centre
}

func workDaysOf(c *calendar.Calendar) workDays {
	return func(from string) func(func(string) bool) {
		return func(yield func(string) bool) {
			day, err := value.ParseDate(from)
			if err != nil {
				return
			}
			for {
				// Noon is on the same date in every zone that a calendar may have.
				local := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, c.Zone())
				if c.IsWorkDay(local) && !yield(value.FormatDate(day)) {
					return
				}
				day = day.AddDate(0, 0, 1)
			}
		}
	}
}

// scheduler puts a job on the work centre that is done with it first.
type scheduler struct {
	tx       catalogue.Tx
	open     string // the first day that is not frozen
	days     workDays
	overtime bool
}

func (s scheduler) first(ctx context.Context, o *order, j job, centres []centre) (scheduleOut, error) {
	var best scheduleOut
	var slots []slot
	for _, c := range centres {
		jobs, err := s.read(ctx, &c, &j)
		if err != nil {
			return best, err
		}
		all, err := c.plan(append(jobs, j), s.days)
		if err != nil {
			return best, fmt.Errorf("work centre %s: %w", c.number, err)
		}
		own, others := slotsOf(j.order, all)
		longer := false
		if s.overtime && lastDay(own) > j.needed {
			faster, err := c.withOvertime(j, others, s.days)
			if err == nil && lastDay(faster) <= j.needed {
				own, longer = faster, true
			}
		}
		if best.WorkCenter == "" || lastDay(own) < best.End {
			best = scheduleOut{WorkCenter: c.number, Start: own[0].day, End: lastDay(own), Overtime: longer}
			slots = append(others, own...)
		}
	}
	s.write(o.number, best, slots)
	return best, nil
}

// write replaces the slots of all that were planned anew. Longer days are the planned order's alone.
func (s scheduler) write(number string, best scheduleOut, slots []slot) {
	orders := []string{number}
	for _, p := range slots {
		orders = append(orders, p.order)
	}
	s.tx.Queue(`delete from production_slots where production_order = any ($1)`, orders)
	for _, p := range slots {
		s.tx.Queue(`insert into production_slots (production_order, day, work_center, minutes, overtime) values ($1, $2, $3, $4, $5)`,
			p.order, p.day, best.WorkCenter, p.minutes.String(), best.Overtime && p.order == number)
	}
}
