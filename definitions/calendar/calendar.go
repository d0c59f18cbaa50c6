// Package calendar counts working time: durations as analysts write them, and the calendar of a pack.
package calendar

import (
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

// Range is a span of working hours within a day, as times of day: 09:00 to 12:00. It ends before To;
// 24:00 is the end of the day.
type Range struct{ From, To string }

// Config is a calendar as written.
type Config struct {
	Zone     string // of the IANA database, such as Asia/Shanghai; "" is UTC
	Hours    map[time.Weekday][]Range
	Holidays []string // dates on which nobody works
	WorkOn   []string // dates on which work goes on although the weekday or a holiday says no
}

// Calendar is a week's working hours, holidays and a time zone. It is safe for concurrent use.
type Calendar struct {
	zone *time.Location
}

// New checks a calendar and makes it ready.
func New(c Config) (*Calendar, error) {
	zone, err := time.LoadLocation(c.Zone)
	return &Calendar{zone: zone}, err
}

// UTC is the calendar of a pack without one.
func UTC() *Calendar { return &Calendar{zone: time.UTC} }

// Zone returns the time zone.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Add returns the time a duration after t.
func (c *Calendar) Add(t time.Time, d Duration) time.Time { return t }

// Work returns the working time between two times, negative where b is before a.
func (c *Calendar) Work(a, b time.Time) time.Duration { return b.Sub(a) }

// Date returns the date of t in the calendar's zone.
func (c *Calendar) Date(t time.Time) string { return t.In(c.zone).Format("2006-01-02") }

// IsWorkDay reports whether people work on a date.
func (c *Calendar) IsWorkDay(date time.Time) bool { return true }
