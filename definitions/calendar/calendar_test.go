package calendar

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// factory works two shifts with a lunch break, Saturday mornings too, in Shanghai, which has no
// daylight saving.
func factory(t testing.TB) *Calendar {
	week := map[time.Weekday][]Range{time.Saturday: {{"09:00", "12:00"}}}
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []Range{{"13:00", "18:00"}, {"09:00", "12:00"}}
	}
	c, err := New(Config{
		Zone:     "Asia/Shanghai",
		Hours:    week,
		Holidays: []string{"2026-10-01", "2026-10-02", "01-01"},
		WorkOn:   []string{"2026-09-27"},
	})
	require.NoError(t, err)
	return c
}

func office(t testing.TB, zone string) *Calendar {
	c, err := New(Config{Zone: zone})
	require.NoError(t, err)
	return c
}

func at(t testing.TB, c *Calendar, text string) time.Time {
	m, err := time.ParseInLocation("2006-01-02 15:04", text, c.Zone())
	require.NoError(t, err)
	return m
}

func TestAddingToAMoment(t *testing.T) {
	for _, step := range []struct{ situation, from, add, want string }{
		{"two work days from Monday morning are Wednesday morning", "2026-03-02 09:00", "2 work days", "2026-03-04 09:00"},
		{"a work day from Friday is Saturday, which is worked here", "2026-03-06 10:00", "1 work day", "2026-03-07 10:00"},
		{"the time of day moves to the next opening where the day is shorter", "2026-03-06 15:00", "1 work day", "2026-03-09 09:00"},
		{"what comes in on Sunday counts from Monday's opening", "2026-03-08 11:00", "1 work day", "2026-03-10 09:00"},
		{"what comes in after closing counts from the next opening", "2026-03-02 20:00", "1 work day", "2026-03-04 09:00"},
		{"closing time is still working time", "2026-03-02 18:00", "1 work day", "2026-03-03 18:00"},
		{"a holiday is no work day", "2026-09-30 10:00", "1 work day", "2026-10-03 10:00"},
		{"a Sunday that is worked counts, with Monday's hours", "2026-09-26 10:00", "1 work day", "2026-09-27 10:00"},
		{"a yearly holiday is left out", "2026-12-31 10:00", "1 work day", "2027-01-02 10:00"},
		{"a work day back from a due time", "2026-03-09 10:00", "-1 work day", "2026-03-07 10:00"},
		{"a work day back from Sunday counts from Saturday's closing", "2026-03-08 10:00", "-1 work day", "2026-03-06 12:00"},
		{"a work day back from Monday's opening is Saturday's", "2026-03-09 09:00", "-1 work day", "2026-03-07 09:00"},
		{"four work hours leave out the lunch break", "2026-03-02 10:00", "4 work hours", "2026-03-02 15:00"},
		{"work hours end at closing time", "2026-03-02 17:00", "1 work hour", "2026-03-02 18:00"},
		{"work hours go on at the next opening", "2026-03-02 17:00", "2 work hours", "2026-03-03 10:00"},
		{"work hours from the night", "2026-03-02 03:00", "1 work hour", "2026-03-02 10:00"},
		{"work hours over Sunday", "2026-03-07 11:00", "2 work hours", "2026-03-09 10:00"},
		{"work hours back to the opening", "2026-03-02 10:00", "-1 work hour", "2026-03-02 09:00"},
		{"work hours back over the weekend", "2026-03-09 10:00", "-2 work hours", "2026-03-07 11:00"},
		{"no work hours move nothing", "2026-03-08 11:00", "0 work hours", "2026-03-08 11:00"},
		{"no work days move nothing", "2026-03-08 11:00", "0 work days", "2026-03-08 11:00"},
		{"hours count day and night", "2026-03-07 11:00", "48h", "2026-03-09 11:00"},
		{"a month from the 31st is the last day of a shorter month", "2026-01-31 10:00", "1 month", "2026-02-28 10:00"},
		{"a year from the 29th of February", "2028-02-29 10:00", "1 year", "2029-02-28 10:00"},
		{"three months back over the new year", "2026-02-15 10:00", "-3 months", "2025-11-15 10:00"},
		{"a week", "2026-03-02 10:00", "1w", "2026-03-09 10:00"},
	} {
		t.Run(step.situation, func(t *testing.T) {
			c := factory(t)
			d, err := ParseDuration(step.add)
			require.NoError(t, err)
			got := c.Add(at(t, c, step.from), d).In(c.Zone())
			require.Equal(t, step.want, got.Format("2006-01-02 15:04"))
		})
	}
}

func TestAddingToADate(t *testing.T) {
	for _, step := range []struct{ situation, from, add, want string }{
		{"days", "2026-03-02", "30d", "2026-04-01"},
		{"work days leave out holidays", "2026-09-30", "1 work day", "2026-10-03"},
		{"work days back", "2026-10-05", "-3 work days", "2026-09-29"},
		{"months", "2026-01-31", "1 month", "2026-02-28"},
		{"years", "2024-02-29", "1 year", "2025-02-28"},
	} {
		t.Run(step.situation, func(t *testing.T) {
			d, err := ParseDuration(step.add)
			require.NoError(t, err)
			got, err := factory(t).AddToDate(step.from, d)
			require.NoError(t, err)
			require.Equal(t, step.want, got)
		})
	}
	_, err := factory(t).AddToDate("2026-03-02", Duration{4, Hour})
	require.ErrorContains(t, err, "no time of day")
	_, err = factory(t).AddToDate("9999-12-31", Duration{1, Day})
	require.ErrorContains(t, err, "out of range")
	_, err = factory(t).AddToDate("yesterday", Duration{1, Day})
	require.ErrorContains(t, err, "not a date")
}

func TestTheClockChangesInSpringAndAutumn(t *testing.T) {
	berlin := office(t, "Europe/Berlin") // spring: 2026-03-29 02:00, autumn: 2026-10-25 03:00
	add := func(from, d string) string {
		span, err := ParseDuration(d)
		require.NoError(t, err)
		return berlin.Add(at(t, berlin, from), span).In(berlin.Zone()).Format("2006-01-02 15:04 MST")
	}
	require.Equal(t, "2026-03-30 09:00 CEST", add("2026-03-27 09:00", "1 work day"), "a work day keeps the time of day")
	require.Equal(t, "2026-03-29 10:00 CEST", add("2026-03-28 09:00", "24h"), "24 hours are elapsed time")
	require.Equal(t, "2026-03-29 09:00 CEST", add("2026-03-28 09:00", "1d"), "a day keeps the time of day")
	require.Equal(t, "2026-03-29 03:00 CEST", add("2026-03-28 02:30", "1d"), "a time the clock skips is the moment of the skip")
	require.Equal(t, "2026-10-25 02:30 CEST", add("2026-10-24 02:30", "1d"), "a time shown twice is the earlier")

	night, err := New(Config{Zone: "Europe/Berlin", Hours: map[time.Weekday][]Range{time.Sunday: {{"00:00", "24:00"}}}})
	require.NoError(t, err)
	require.Equal(t, 23*time.Hour, night.Work(at(t, night, "2026-03-29 00:00"), at(t, night, "2026-03-30 00:00")))
	require.Equal(t, 25*time.Hour, night.Work(at(t, night, "2026-10-25 00:00"), at(t, night, "2026-10-26 00:00")))

	apia, err := New(Config{Zone: "Pacific/Apia"})
	require.NoError(t, err)
	require.Equal(t, 16*time.Hour, apia.Work(at(t, apia, "2011-12-28 12:00"), at(t, apia, "2012-01-02 12:00")),
		"Samoa left out Friday 30 December 2011")
}

func TestWorkingTimeBetween(t *testing.T) {
	c := factory(t)
	require.Equal(t, 8*time.Hour, c.Work(at(t, c, "2026-03-02 00:00"), at(t, c, "2026-03-03 00:00")))
	require.Equal(t, -3*time.Hour, c.Work(at(t, c, "2026-03-08 00:00"), at(t, c, "2026-03-07 00:00")))
	require.Zero(t, c.Work(at(t, c, "2026-10-01 00:00"), at(t, c, "2026-10-02 23:00")))
	require.Zero(t, c.Work(at(t, c, "1700-01-01 00:00"), at(t, c, "1899-01-01 00:00")), "before the years it knows")
	require.Positive(t, c.Work(at(t, c, "0001-01-01 00:00"), at(t, c, "9999-01-01 00:00")))
}

func TestDatesAndTimesOfDay(t *testing.T) {
	c := factory(t)
	require.Equal(t, "2026-03-03", c.Date(time.Date(2026, 3, 2, 16, 30, 0, 0, time.UTC)))
	require.True(t, c.IsWorkDay(at(t, c, "2026-09-27 03:00")))
	require.False(t, c.IsWorkDay(at(t, c, "2026-10-01 10:00")))
	four, err := c.At(at(t, c, "2026-03-02 23:00"), "16:00")
	require.NoError(t, err)
	require.True(t, at(t, c, "2026-03-02 16:00").Equal(four))
	_, err = c.At(four, "4 o'clock")
	require.Error(t, err)
}

func TestACalendarThatMakesNoSenseIsRefused(t *testing.T) {
	for situation, c := range map[string]Config{
		"unknown zone":                      {Zone: "Mars/Olympus"},
		"the machine's own zone":            {Zone: "Local"},
		"22:00 to 24:00 and 00:00 to 06:00": {Hours: map[time.Weekday][]Range{time.Monday: {{"22:00", "06:00"}}}},
		"no time lies between":              {Hours: map[time.Weekday][]Range{time.Monday: {{"09:00", "09:00"}}}},
		"ends before it begins":             {Hours: map[time.Weekday][]Range{time.Monday: {{"12:00", "09:00"}}}},
		"no time":                           {Hours: map[time.Weekday][]Range{time.Monday: {{"nine", "12:00"}}}},
		"overlap":                           {Hours: map[time.Weekday][]Range{time.Monday: {{"09:00", "12:00"}, {"11:00", "13:00"}}}},
		"nobody works":                      {Hours: map[time.Weekday][]Range{time.Monday: {}}},
		"weekday":                           {Hours: map[time.Weekday][]Range{9: {{"09:00", "12:00"}}}},
		"holiday":                           {Holidays: []string{"2026-02-30"}},
		"work day":                          {WorkOn: []string{"soon"}},
	} {
		_, err := New(c)
		require.Error(t, err, situation)
	}
}

func TestThePacksDefaultIsOfficeHours(t *testing.T) {
	made, err := New(Config{})
	require.NoError(t, err)
	a, b := at(t, made, "2026-03-02 00:00"), at(t, made, "2027-03-02 00:00")
	require.Equal(t, made.Work(a, b), UTC().Work(a, b))
}

// zones have every kind of clock change: by an hour north and south, by half an hour, by a day, none.
func zones() []string {
	return []string{"UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Asia/Tehran"}
}

func anyCalendar(t *rapid.T) *Calendar {
	week := map[time.Weekday][]Range{}
	for day := time.Sunday; day <= time.Saturday; day++ {
		switch rapid.IntRange(0, 3).Draw(t, day.String()) {
		case 1:
			week[day] = []Range{{"09:00", "17:00"}}
		case 2:
			week[day] = []Range{{"00:00", "02:30"}, {"02:30", "06:00"}, {"22:00", "24:00"}}
		case 3:
			week[day] = []Range{{"00:00", "24:00"}}
		}
	}
	week[time.Wednesday] = []Range{{"08:00", "12:00"}, {"12:30", "16:30"}}
	c, err := New(Config{
		Zone:     rapid.SampledFrom(zones()).Draw(t, "zone"),
		Hours:    week,
		Holidays: []string{"2011-12-28", "2018-11-04", "05-01"},
		WorkOn:   []string{"2026-03-29", "2018-11-04"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func anyMoment(t *rapid.T, name string) time.Time {
	base := rapid.SampledFrom([]time.Time{
		time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC),
		time.Date(2011, 12, 28, 0, 0, 0, 0, time.UTC),
		time.Date(2018, 11, 2, 0, 0, 0, 0, time.UTC),
		time.Date(2025, 12, 30, 0, 0, 0, 0, time.UTC),
	}).Draw(t, name+" near")
	return base.Add(time.Duration(rapid.Int64Range(0, 6*24*3600).Draw(t, name)) * time.Second)
}

// minuteByMinute counts working time the slow and obvious way.
func minuteByMinute(c *Calendar, a, b time.Time) time.Duration {
	var worked time.Duration
	for m := a; m.Before(b); m = m.Add(time.Minute) {
		local := m.In(c.Zone())
		clock := local.Hour()*3600 + local.Minute()*60
		for _, r := range c.of(dayOf(local)) {
			if clock >= r.from && clock < r.to {
				worked += time.Minute
			}
		}
	}
	return worked
}

func TestWorkingTimeAgreesWithCountingMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		a := anyMoment(t, "a").Truncate(time.Minute)
		b := a.Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(t, "minutes")) * time.Minute)
		got, want := c.Work(a, b), minuteByMinute(c, a, b)
		// a range that ends within the hour shown twice ends the first time
		if c.Zone().String() == "UTC" || c.Zone().String() == "Asia/Shanghai" {
			if got != want {
				t.Fatalf("%v, not %v", got, want)
			}
			return
		}
		if got > want || want-got > 2*time.Hour {
			t.Fatalf("%v, not %v", got, want)
		}
	})
}

func TestWorkHoursAddedAreWorked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, a := anyCalendar(t), anyMoment(t, "a")
		n := rapid.Int64Range(1, 3000).Draw(t, "n")
		b := c.Add(a, Duration{n, WorkHour})
		if got := c.Work(a, b); got != time.Duration(n)*time.Hour {
			t.Fatalf("%d work hours after %v is %v, but only %v lie between", n, a, b, got)
		}
		if got := c.Work(a, b.Add(-time.Second)); got >= time.Duration(n)*time.Hour {
			t.Fatalf("%v is not the earliest", b)
		}
		back := c.Add(b, Duration{-n, WorkHour})
		if c.Work(back, b) != time.Duration(n)*time.Hour || back.Before(a) {
			t.Fatalf("%d work hours before %v is %v", n, b, back)
		}
	})
}

func TestWorkDaysAddedStepByStepAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		date := anyMoment(t, "a").Format(time.DateOnly)
		n := rapid.Int64Range(-700, 700).Draw(t, "n")
		step := Duration{1, WorkDay}
		if n < 0 {
			step.N = -1
		}
		at := date
		var err error
		for range max(n, -n) {
			if at, err = c.AddToDate(at, step); err != nil {
				t.Fatal(err)
			}
		}
		got, err := c.AddToDate(date, Duration{n, WorkDay})
		if err != nil || got != at {
			t.Fatalf("%d work days after %s: %s at once, %s by steps", n, date, got, at)
		}
	})
}

func TestALaterStartIsNeverDueEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, a := anyCalendar(t), anyMoment(t, "a")
		b := a.Add(time.Duration(rapid.Int64Range(0, 48*3600).Draw(t, "later")) * time.Second)
		d := Duration{rapid.Int64Range(-50, 50).Draw(t, "n"), rapid.SampledFrom([]Unit{Second, Hour, WorkHour}).Draw(t, "unit")}
		if c.Add(b, d).Before(c.Add(a, d)) {
			t.Fatalf("%v after %v is %v, after %v it is %v", d, a, c.Add(a, d), b, c.Add(b, d))
		}
	})
}

func BenchmarkYearsOfWorkHours(b *testing.B) {
	c := factory(b)
	from := at(b, c, "2026-03-02 10:00")
	for b.Loop() {
		c.Add(from, Duration{10_000, WorkHour})
	}
}
