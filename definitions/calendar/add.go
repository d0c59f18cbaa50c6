package calendar

import (
	"fmt"
	"sort"
	"time"
)

// Add returns the moment a duration after t, before it where d is negative.
//
//   - Seconds, minutes and hours are elapsed time.
//   - Days, weeks, months and years keep the time of day in the calendar's zone; where a month is too
//     short, its last day is taken: a month after 31 January is 28 February.
//   - Work hours count working time only, and end as soon as it is worked: an hour before closing time
//     plus one work hour is closing time, not the next opening.
//   - Work days count dates with working time and keep the time of day. What lies outside working hours
//     is first moved to the next opening (going back: to the last closing), and so is the result.
func (c *Calendar) Add(t time.Time, d Duration) time.Time {
	switch d.Unit {
	case WorkHour:
		return c.AddWork(t, d.elapsed())
	case WorkDay:
		return c.addWorkDays(t, clamp(d.N))
	case Day, Week, Month, Year:
		local := t.In(c.zone)
		second := local.Hour()*3600 + local.Minute()*60 + local.Second()
		return c.instant(addDate(dayOf(local), d), second).Add(time.Duration(local.Nanosecond()))
	}
	return t.Add(d.elapsed())
}

// AddToDate returns the date a duration after a date, both as 2026-03-02. A duration in hours or less,
// or in work hours, is an error: a date has no time of day.
func (c *Calendar) AddToDate(date string, d Duration) (string, error) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return "", fmt.Errorf("%q: not a date, which is written 2026-03-02", clip(date))
	}
	on := dayOf(t)
	switch d.Unit {
	case Day, Week, Month, Year:
		on = addDate(on, d)
	case WorkDay:
		on = c.workDay(on, clamp(d.N))
	default:
		if d.N != 0 {
			return "", fmt.Errorf("%s after a date: a date has no time of day", d)
		}
	}
	if on.year < 1 || on.year > 9999 {
		return "", fmt.Errorf("%s after %s: year out of range", d, date)
	}
	return on.utc().Format(time.DateOnly), nil
}

func clamp(n int64) int {
	const most = 400 * 366 // more work days than the calendar knows
	return int(max(-most, min(n, most)))
}

func addDate(on day, d Duration) day {
	n := int(max(-mostYears*366, min(d.N, mostYears*366)))
	switch d.Unit {
	case Day:
		return on.plus(n)
	case Week:
		return on.plus(7 * n)
	case Year:
		n *= 12
	}
	first := time.Date(on.year, on.month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return day{first.Year(), first.Month(), min(on.day, last)}
}

// AddWork returns the earliest moment at which so much working time lies between t and it; where work is
// negative, the latest one before t.
func (c *Calendar) AddWork(t time.Time, work time.Duration) time.Time {
	switch {
	case work > 0:
		return c.after(t, work)
	case work < 0:
		return c.before(t, -work)
	}
	return t
}

func (c *Calendar) addWorkDays(t time.Time, n int) time.Time {
	if n == 0 {
		return t
	}
	toWork := c.opening
	if n < 0 {
		toWork = c.closing
	}
	start := toWork(t).In(c.zone)
	second := start.Hour()*3600 + start.Minute()*60 + start.Second()
	on := c.workDay(dayOf(start), n)
	return toWork(c.instant(on, second).Add(time.Duration(start.Nanosecond())))
}

// opening returns t where it lies in working hours, their ends included, and otherwise the next opening.
func (c *Calendar) opening(t time.Time) time.Time {
	if c.working(t) {
		return t
	}
	return c.after(t, time.Nanosecond).Add(-time.Nanosecond)
}

// closing returns t where it lies in working hours, their ends included, and otherwise the last closing.
func (c *Calendar) closing(t time.Time) time.Time {
	if c.working(t) {
		return t
	}
	return c.before(t, time.Nanosecond).Add(time.Nanosecond)
}

func (c *Calendar) working(t time.Time) bool {
	for _, s := range c.spans(dayOf(t.In(c.zone))) {
		if s.length() > 0 && !t.Before(s.from) && !t.After(s.to) {
			return true
		}
	}
	return false
}

// workDay returns the nth work day after a date. A date without work is first moved to the next one
// with, or the last one where n is negative; no work days after a date is that date.
func (c *Calendar) workDay(on day, n int) day {
	if n == 0 || on.year < firstYear || on.year > lastYear {
		return on
	}
	y := on.year
	days := c.year(y).days
	today := on.utc().YearDay() - 1
	at := sort.SearchInts(days, today)
	if n < 0 && (at == len(days) || days[at] != today) {
		at--
	}
	for at += n; at < 0; at += len(c.year(y).days) {
		if y--; y < firstYear {
			return day{firstYear, time.January, 1}
		}
	}
	for at >= len(c.year(y).days) {
		at -= len(c.year(y).days)
		if y++; y > lastYear {
			return day{lastYear + 1, time.January, 1}
		}
	}
	return day{y, time.January, 1}.plus(c.year(y).days[at])
}
