package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrDuration is the error of a text that is no duration.
var ErrDuration = errors.New("not a duration, which is written 30m, 4h, 2d, 4 work hours, 2 work days, 3 months or 5 years")

// mostYears bounds every duration; time.Duration holds no more than 292 years.
const mostYears, yearSeconds = int64(250), int64(366 * 24 * 3600)

// ParseDuration reads a duration as written: a whole number, with a minus if it counts backwards, and a
// unit. The short units stand right at the number or after a space, the long ones are singular or
// plural: 4h, 4 hours, -1 work day.
func ParseDuration(text string) (Duration, error) {
	trimmed := strings.TrimSpace(text)
	digits := strings.TrimLeft(trimmed, "-+")
	end := 0
	for end < len(digits) && digits[end] >= '0' && digits[end] <= '9' {
		end++
	}
	signs := len(trimmed) - len(digits)
	n, err := strconv.ParseInt(trimmed[:signs+end], 10, 64)
	unit, known := unitOf(strings.Join(strings.Fields(digits[end:]), " "))
	if err != nil || !known || signs > 1 {
		return Duration{}, fmt.Errorf("%q: %w", clip(text), ErrDuration)
	}
	if most := mostYears * yearSeconds / unit.atMost(); n > most || n < -most {
		return Duration{}, fmt.Errorf("%q: longer than %d years", clip(text), mostYears)
	}
	return Duration{N: n, Unit: unit}, nil
}

func unitOf(word string) (Unit, bool) {
	switch word {
	case "s", "second", "seconds":
		return Second, true
	case "m", "min", "minute", "minutes":
		return Minute, true
	case "h", "hour", "hours":
		return Hour, true
	case "d", "day", "days":
		return Day, true
	case "w", "week", "weeks":
		return Week, true
	case "month", "months":
		return Month, true
	case "y", "year", "years":
		return Year, true
	case "work hour", "work hours":
		return WorkHour, true
	case "work day", "work days":
		return WorkDay, true
	}
	return "", false
}

// atMost returns how many seconds one of the unit lasts at most, working time counted as if all time
// were working time.
func (u Unit) atMost() int64 {
	switch u {
	case Minute:
		return 60
	case Hour, WorkHour:
		return 3600
	case Day, WorkDay:
		return 24 * 3600
	case Week:
		return 7 * 24 * 3600
	case Month:
		return 31 * 24 * 3600
	case Year:
		return 366 * 24 * 3600
	}
	return 1
}

// Negative reports whether d counts backwards.
func (d Duration) Negative() bool { return d.N < 0 }

// IsZero reports whether d is no time at all.
func (d Duration) IsZero() bool { return d.N == 0 }

// Neg returns d counted the other way.
func (d Duration) Neg() Duration { return Duration{-d.N, d.Unit} }

// Working reports whether d counts working time, which stands still outside working hours.
func (d Duration) Working() bool { return d.Unit == WorkHour || d.Unit == WorkDay }

// Fixed returns the length of a duration that is the same on every calendar, and false for work days,
// months and years. A work hour is an hour of working time.
func (d Duration) Fixed() (time.Duration, bool) {
	switch d.Unit {
	case WorkDay, Month, Year:
		return 0, d.N == 0
	}
	return d.elapsed(), true
}

// elapsed is the length of a unit that is fixed, at most mostYears.
func (d Duration) elapsed() time.Duration {
	seconds := d.Unit.atMost()
	most := mostYears * yearSeconds / seconds
	return time.Duration(max(-most, min(d.N, most))*seconds) * time.Second
}

// String writes d canonically: 30m, 2 work days, 1 work day, 1 month. ParseDuration reads it back.
func (d Duration) String() string {
	n := strconv.FormatInt(d.N, 10)
	switch d.Unit {
	case "":
		return n + string(Second)
	case Month, Year, WorkHour, WorkDay:
		if d.N == 1 || d.N == -1 {
			return n + " " + string(d.Unit)
		}
		return n + " " + string(d.Unit) + "s"
	}
	return n + string(d.Unit)
}

func clip(text string) string {
	if len(text) > 40 {
		return strings.ToValidUTF8(text[:40], "") + "..."
	}
	return text
}
