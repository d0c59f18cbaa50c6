package value

import (
	"fmt"
	"time"
)

// The canonical forms. A moment is always UTC with six digits, so that text order is time order.
const (
	dateForm   = "2006-01-02"
	timeForm   = "15:04:05"
	momentForm = "2006-01-02T15:04:05.000000Z"
)

// FormatMoment returns the canonical text of a moment; what is finer than a microsecond is dropped.
func FormatMoment(t time.Time) string { return t.UTC().Format(momentForm) }

// FormatDate returns the canonical text of t's date in t's own zone.
func FormatDate(t time.Time) string { return t.Format(dateForm) }

// ParseMoment reads a canonical moment or any RFC 3339 text with or without seconds. A text without a
// zone is local time in zone; a nil zone makes that an error.
func ParseMoment(text string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(momentForm, text); err == nil {
		return inYears(t, text)
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(form, text); err == nil {
			return inYears(t.UTC(), text)
		}
	}
	if zone != nil {
		for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
			if t, err := time.ParseInLocation(form, text, zone); err == nil {
				return inYears(t.UTC(), text)
			}
		}
	}
	return time.Time{}, fmt.Errorf("%q: not a moment, which is written 2026-03-02T09:00+08:00", clip(text))
}

// inYears keeps moments to four-digit years: the canonical form has no more.
func inYears(t time.Time, text string) (time.Time, error) {
	if year := t.UTC().Year(); year < 1 || year > 9999 {
		return time.Time{}, fmt.Errorf("%q: year out of range", clip(text))
	}
	return t, nil
}

// ParseDate reads 2026-03-02; the result is its midnight in UTC.
func ParseDate(text string) (time.Time, error) {
	t, err := time.Parse(dateForm, text)
	if err != nil || t.Year() < 1 {
		return time.Time{}, fmt.Errorf("%q: not a date, which is written 2026-03-02", clip(text))
	}
	return t, nil
}

// ParseTime reads a time of day, 14:00 or 14:00:00, and returns its canonical text.
func ParseTime(text string) (string, error) {
	for _, form := range []string{timeForm, "15:04"} {
		if t, err := time.Parse(form, text); err == nil && len(text) >= len("15:04") {
			return t.Format(timeForm), nil
		}
	}
	return "", fmt.Errorf("%q: not a time of day, which is written 14:00", clip(text))
}
