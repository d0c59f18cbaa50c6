package production

import (
	"cmp"
	"errors"
	"slices"

	"waybill/definitions/value"
)

// job is a production order that wants time of a work centre.
type job struct {
	order    string
	minutes  value.Decimal
	earliest string // the first day it may run
	needed   string
	grade    string // of the customer, A before D
}

// before tells who gets a day first: promise date, then customer grade, then number.
func (j job) before(k job) int {
	return cmp.Or(cmp.Compare(j.needed, k.needed), cmp.Compare(j.grade, k.grade), cmp.Compare(j.order, k.order))
}

// slot is the time that a job has on a day.
type slot struct {
	order   string
	day     string
	minutes value.Decimal
}

// centre is a work centre with the days it works and what is fixed on them: orders that are released.
type centre struct {
	number            string
	minutes, overtime value.Decimal // a day
	fixed             map[string]value.Decimal
}

// workDays yields the work days from a day on.
type workDays func(from string) func(yield func(day string) bool)

// errNoCapacity is the error of a work centre that never gets to a job.
var errNoCapacity = errors.New("no capacity in two years")

// mostDays bounds the search for a free day.
const mostDays = 2 * 366

// plan places the jobs one after the other, first by promise, on the first days that have time left.
func (c centre) plan(jobs []job, days workDays) ([]slot, error) {
	load := map[string]value.Decimal{}
	for day, minutes := range c.fixed {
		load[day] = minutes
	}
	var all []slot
	for _, j := range slices.SortedFunc(slices.Values(jobs), job.before) {
		placed, err := place(j, c.minutes, load, days)
		if err != nil {
			return nil, err
		}
		all = append(all, placed...)
	}
	return all, nil
}

// place takes the first free minutes of the days for a job, and counts them into the load.
func place(j job, capacity value.Decimal, load map[string]value.Decimal, days workDays) ([]slot, error) {
	left := j.minutes
	var placed []slot
	seen := 0
	for day := range days(j.earliest) {
		if seen++; seen > mostDays {
			return nil, errNoCapacity
		}
		free := capacity.Sub(load[day])
		if free.Sign() <= 0 {
			continue
		}
		take := left
		if free.Cmp(take) < 0 {
			take = free
		}
		load[day] = load[day].Add(take)
		placed = append(placed, slot{order: j.order, day: day, minutes: take})
		if left = left.Sub(take); left.Sign() <= 0 {
			break
		}
	}
	return placed, nil
}

// withOvertime places one job on longer days, beside what all others have.
func (c centre) withOvertime(j job, others []slot, days workDays) ([]slot, error) {
	load := map[string]value.Decimal{}
	for day, minutes := range c.fixed {
		load[day] = minutes
	}
	for _, s := range others {
		load[s.day] = load[s.day].Add(s.minutes)
	}
	return place(j, c.minutes.Add(c.overtime), load, days)
}

// slotsOf returns those of one order, and those of all others.
func slotsOf(order string, all []slot) (own, others []slot) {
	for _, s := range all {
		if s.order == order {
			own = append(own, s)
		} else {
			others = append(others, s)
		}
	}
	return own, others
}

func lastDay(slots []slot) string { return slots[len(slots)-1].day }
