// Package calendar counts working time: durations as analysts write them, and the calendar of a pack.
package calendar

import "time"

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

// Calendar is a week's working hours, holidays and a time zone. It is safe for concurrent use.
type Calendar struct {
	zone *time.Location
}
