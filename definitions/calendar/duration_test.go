package calendar

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDurationsAreReadAsWritten(t *testing.T) {
	for text, want := range map[string]Duration{
		"30m":          {30, Minute},
		"4h":           {4, Hour},
		"4 hours":      {4, Hour},
		"2d":           {2, Day},
		" 2 d ":        {2, Day},
		"1 week":       {1, Week},
		"4 work hours": {4, WorkHour},
		"2 work days":  {2, WorkDay},
		"2  work  day": {2, WorkDay},
		"-1 work day":  {-1, WorkDay},
		"3 months":     {3, Month},
		"5 years":      {5, Year},
		"0d":           {0, Day},
	} {
		d, err := ParseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, d, text)
	}
}

func TestWhatIsNoDurationIsRefused(t *testing.T) {
	for _, text := range []string{"", "2", "d", "two days", "2 workdays", "1.5h", "--1d", "+-1d", "2 work", "2d 4h", "300 years", "9999999999999999999d", "2 work weeks"} {
		_, err := ParseDuration(text)
		require.Error(t, err, text)
	}
}

func TestAWrittenDurationReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]Unit{Second, Minute, Hour, Day, Week, Month, Year, WorkHour, WorkDay}).Draw(t, "unit")
		d := Duration{rapid.Int64Range(-200, 200).Draw(t, "n"), unit}
		back, err := ParseDuration(d.String())
		if err != nil || back != d {
			t.Fatalf("%q reads as %v, %v", d, back, err)
		}
		if back.Neg().Neg() != d || d.Negative() == d.Neg().Negative() && !d.IsZero() {
			t.Fatalf("%v negated", d)
		}
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"30m", "-1 work day", "5 years", "９ d", "1 \x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		back, err := ParseDuration(d.String())
		if err != nil || back != d {
			t.Fatalf("%q reads as %v and back as %v, %v", text, d, back, err)
		}
	})
}
