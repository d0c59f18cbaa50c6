package calendar

import (
	"sort"
	"time"
)

// The years in which a calendar knows working time. They bound how much a far date can cost.
const (
	firstYear = 1900
	lastYear  = 2299
)

// year is the working time of one year in the calendar's zone, summed up so that years of working time
// are skipped at once. It is made when first needed.
type year struct {
	worked []time.Duration // before each day of the year, and at the end the whole year's
	days   []int           // the work days, as days of the year from 0
}

func (y *year) total() time.Duration { return y.worked[len(y.worked)-1] }

func (c *Calendar) year(n int) *year {
	c.mu.RLock()
	y := c.years[n]
	c.mu.RUnlock()
	if y != nil {
		return y
	}
	y = c.makeYear(n)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.years[n] = y
	return y
}

func (c *Calendar) makeYear(n int) *year {
	y := &year{worked: make([]time.Duration, 1, 367)}
	for on := (day{n, time.January, 1}); on.year == n; on = on.plus(1) {
		var worked time.Duration
		for _, s := range c.spans(on) {
			worked += s.length()
		}
		if worked > 0 {
			y.days = append(y.days, len(y.worked)-1)
		}
		y.worked = append(y.worked, y.total()+worked)
	}
	return y
}

// span is a stretch of working time.
type span struct{ from, to time.Time }

func (s span) length() time.Duration { return s.to.Sub(s.from) }

// spans returns the working time of a date. A range that the clock skips is empty.
func (c *Calendar) spans(on day) []span {
	ranges := c.of(on)
	spans := make([]span, 0, len(ranges))
	for _, r := range ranges {
		spans = append(spans, span{c.instant(on, r.from), c.instant(on, r.to)})
	}
	return spans
}

// point is a place in working time: so much was worked in its year before.
type point struct {
	year   int
	worked time.Duration
}

// point returns the place of t. A moment outside the years that the calendar knows has the nearest.
func (c *Calendar) point(t time.Time) point {
	on := dayOf(t.In(c.zone))
	if on.year < firstYear {
		return point{firstYear, 0}
	}
	if on.year > lastYear {
		return point{lastYear, c.year(lastYear).total()}
	}
	worked := c.year(on.year).worked[on.utc().YearDay()-1]
	for _, s := range c.spans(on) {
		switch {
		case !t.Before(s.to):
			worked += s.length()
		case t.After(s.from):
			worked += t.Sub(s.from)
		}
	}
	return point{on.year, worked}
}

// Work returns the working time between two moments, negative where b comes before a.
func (c *Calendar) Work(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -c.Work(b, a)
	}
	from, to := c.point(a), c.point(b)
	work := to.worked - from.worked
	for n := from.year; n < to.year; n++ {
		work += c.year(n).total()
	}
	return work
}

// after returns the earliest moment at which so much more was worked, which is more than nothing.
func (c *Calendar) after(t time.Time, work time.Duration) time.Time {
	p := c.point(t)
	p.worked += work
	for p.worked > c.year(p.year).total() {
		if p.year >= lastYear {
			return c.instant(day{lastYear + 1, time.January, 1}, 0)
		}
		p.worked -= c.year(p.year).total()
		p.year++
	}
	worked := c.year(p.year).worked
	n := sort.Search(len(worked)-1, func(i int) bool { return worked[i+1] >= p.worked })
	rest := p.worked - worked[n]
	for _, s := range c.spans(day{p.year, time.January, 1}.plus(n)) {
		if rest <= s.length() {
			return s.from.Add(rest)
		}
		rest -= s.length()
	}
	return t
}

// before returns the latest moment from which so much was worked until t, which is more than nothing.
func (c *Calendar) before(t time.Time, work time.Duration) time.Time {
	p := c.point(t)
	p.worked -= work
	for p.worked < 0 {
		if p.year <= firstYear {
			return c.instant(day{firstYear, time.January, 1}, 0)
		}
		p.year--
		p.worked += c.year(p.year).total()
	}
	worked := c.year(p.year).worked
	n := sort.Search(len(worked)-1, func(i int) bool { return worked[i+1] > p.worked })
	rest := p.worked - worked[n]
	for _, s := range c.spans(day{p.year, time.January, 1}.plus(n)) {
		if rest < s.length() {
			return s.from.Add(rest)
		}
		rest -= s.length()
	}
	return t
}
