// Package calendar counts working time: durations as analysts write them, and the calendar of a pack.
package calendar

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Duration is a length of time as written: 30m, 4h, 2d, 4 work hours, 2 work days, 3 months, 5 years,
// each with an optional minus. Calendar units keep their meaning: "1 month" is not thirty days.
// The zero Duration is no time at all.
type Duration struct {
	N    int64
	Unit Unit
}

// Unit is the unit a duration counts in.
type Unit string

// The units.
const (
	Second   Unit = "s"
	Minute   Unit = "m"
	Hour     Unit = "h"
	Day      Unit = "d"
	Week     Unit = "w"
	Month    Unit = "month"
	Year     Unit = "year"
	WorkHour Unit = "work hour"
	WorkDay  Unit = "work day"
)

// Range is a span of working hours within a day, as times of day: 09:00 to 12:00. 24:00 is the end of
// the day.
type Range struct{ From, To string }

// Config is a calendar as written.
type Config struct {
	Zone     string                   // of the IANA database, such as Asia/Shanghai; "" is UTC
	Hours    map[time.Weekday][]Range // empty: OfficeHours
	Holidays []string                 // dates without work, 2026-10-01, or of every year, 10-01
	// WorkOn are dates on which people work although the weekday or a holiday says no. Where the weekday
	// has no hours, those of the first weekday that has some count, from Monday on.
	WorkOn []string
}

// OfficeHours are the hours of a calendar that says none: Monday to Friday, 09:00 to 17:00.
func OfficeHours() map[time.Weekday][]Range {
	hours := map[time.Weekday][]Range{}
	for day := time.Monday; day <= time.Friday; day++ {
		hours[day] = []Range{{"09:00", "17:00"}}
	}
	return hours
}

// Calendar is a week's working hours, holidays and a time zone. It is safe for concurrent use. It knows
// working time from 1900 to 2299; there is none outside.
type Calendar struct {
	zone     *time.Location
	hours    [7][]hours
	extra    []hours // of a date in workOn whose weekday has none
	holidays dates
	workOn   dates

	mu    sync.RWMutex
	years map[int]*year
}

// hours is a range in seconds of the day.
type hours struct{ from, to int }

// ErrNoWork is the error of a calendar on which nobody ever works.
var ErrNoWork = errors.New("no working hours")

// New checks a calendar and makes it ready.
func New(c Config) (*Calendar, error) {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil || c.Zone == "Local" {
		return nil, fmt.Errorf("time zone %q: unknown", clip(c.Zone))
	}
	made := &Calendar{zone: zone, years: map[int]*year{}}
	if len(c.Hours) == 0 {
		c.Hours = OfficeHours()
	}
	if err := made.readHours(c.Hours); err != nil {
		return nil, err
	}
	if made.holidays, err = readDates(c.Holidays); err != nil {
		return nil, fmt.Errorf("holidays: %w", err)
	}
	if made.workOn, err = readDates(c.WorkOn); err != nil {
		return nil, fmt.Errorf("work days: %w", err)
	}
	return made, nil
}

// UTC is the calendar of a pack without one: office hours in UTC, no holidays.
func UTC() *Calendar {
	c := &Calendar{zone: time.UTC, years: map[int]*year{}}
	for day := time.Monday; day <= time.Friday; day++ {
		c.hours[day] = []hours{{9 * 3600, 17 * 3600}}
	}
	c.extra = c.hours[time.Monday]
	return c
}

func (c *Calendar) readHours(week map[time.Weekday][]Range) error {
	for day, ranges := range week {
		if day < time.Sunday || day > time.Saturday {
			return fmt.Errorf("weekday %d: unknown", int(day))
		}
		for _, r := range ranges {
			read, err := r.read()
			if err != nil {
				return fmt.Errorf("%s: %w", day, err)
			}
			c.hours[day] = append(c.hours[day], read)
		}
		slices.SortFunc(c.hours[day], func(a, b hours) int { return a.from - b.from })
		for i := 1; i < len(c.hours[day]); i++ {
			if c.hours[day][i].from < c.hours[day][i-1].to {
				return fmt.Errorf("%s: two ranges overlap", day)
			}
		}
	}
	for day := range 7 {
		if of := c.hours[(day+int(time.Monday))%7]; len(of) > 0 {
			c.extra = of
			return nil
		}
	}
	return ErrNoWork
}

func (r Range) read() (hours, error) {
	from, okFrom := secondOfDay(r.From)
	to, okTo := secondOfDay(r.To)
	if !okFrom || !okTo {
		return hours{}, fmt.Errorf("%q to %q: not times of day, which are written 09:00", clip(r.From), clip(r.To))
	}
	if from > to {
		return hours{}, fmt.Errorf("%s to %s: ends before it begins; a shift over midnight stands on both days, %s to 24:00 and 00:00 to %s", r.From, r.To, r.From, r.To)
	}
	if from == to {
		return hours{}, fmt.Errorf("%s to %s: no time lies between", r.From, r.To)
	}
	return hours{from, to}, nil
}

func secondOfDay(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 3600, true
	}
	for _, form := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(form, text); err == nil && len(text) == len(form) {
			return t.Hour()*3600 + t.Minute()*60 + t.Second(), true
		}
	}
	return 0, false
}

// dates is a set of days, some of them of every year.
type dates struct {
	once   map[day]bool
	yearly map[day]bool // with year 0
}

// day is a date of the proleptic Gregorian calendar.
type day struct {
	year  int
	month time.Month
	day   int
}

func readDates(texts []string) (dates, error) {
	d := dates{once: map[day]bool{}, yearly: map[day]bool{}}
	for _, text := range texts {
		if t, err := time.Parse(time.DateOnly, text); err == nil {
			d.once[dayOf(t)] = true
			continue
		}
		// 2000 had a 29th of February
		t, err := time.Parse(time.DateOnly, "2000-"+text)
		if err != nil {
			return d, fmt.Errorf("%q: not a date, which is written 2026-10-01 or, for every year, 10-01", clip(text))
		}
		d.yearly[day{0, t.Month(), t.Day()}] = true
	}
	return d, nil
}

func (d dates) has(on day) bool { return d.once[on] || d.yearly[day{0, on.month, on.day}] }

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day{y, m, d}
}

func (d day) weekday() time.Weekday { return d.utc().Weekday() }

func (d day) utc() time.Time { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }

func (d day) plus(days int) day { return dayOf(d.utc().AddDate(0, 0, days)) }

// of returns the working hours of a date.
func (c *Calendar) of(on day) []hours {
	regular := c.hours[on.weekday()]
	switch {
	case c.workOn.has(on):
		if len(regular) == 0 {
			return c.extra
		}
	case c.holidays.has(on):
		return nil
	}
	return regular
}

// Zone returns the time zone.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Date returns the date of t in the calendar's zone, as 2026-03-02.
func (c *Calendar) Date(t time.Time) string { return t.In(c.zone).Format(time.DateOnly) }

// IsWorkDay reports whether people work on t's date in the calendar's zone.
func (c *Calendar) IsWorkDay(t time.Time) bool { return len(c.of(dayOf(t.In(c.zone)))) > 0 }

// At returns the first moment of t's date, in the calendar's zone, at which the clock shows at least
// the time of day (14:00 or 14:00:00).
func (c *Calendar) At(t time.Time, clock string) (time.Time, error) {
	second, ok := secondOfDay(clock)
	if !ok {
		return time.Time{}, fmt.Errorf("%q: not a time of day, which is written 14:00", clip(clock))
	}
	return c.instant(dayOf(t.In(c.zone)), second), nil
}

// instant returns the first moment at which the clock in the calendar's zone shows at least this time.
// A time that the clock skips in spring is the moment of the skip; one it shows twice in autumn is the
// earlier. So the moments of growing clock times never go back, whatever the zone does.
func (c *Calendar) instant(on day, second int) time.Time {
	wall := on.utc().Add(time.Duration(second) * time.Second)
	before, after := c.offset(wall.Add(-26*time.Hour)), c.offset(wall.Add(26*time.Hour))
	early := wall.Add(-before)
	if before == after || c.offset(early) == before {
		return early
	}
	late := wall.Add(-after)
	if c.offset(late) == after {
		return late
	}
	skip, _ := early.In(c.zone).ZoneBounds()
	return skip.UTC()
}

func (c *Calendar) offset(t time.Time) time.Duration {
	_, seconds := t.In(c.zone).Zone()
	return time.Duration(seconds) * time.Second
}
