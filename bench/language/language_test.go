package language

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryFigureIsMeasuredOnWhatItsNameSays(t *testing.T) {
	for _, f := range (measuring{root: os.DirFS("../.."), runs: 1}).figures() {
		if f.name == "mutations_found_percent" {
			continue // minutes; package mutation has a sample of it
		}
		t.Run(f.name, func(t *testing.T) {
			value, err := f.measure(t.Context())
			require.NoError(t, err)
			require.Positive(t, value)
		})
	}
}

func TestATargetIsABoundOnItsSide(t *testing.T) {
	require.True(t, below(5).Holds(4.9))
	require.False(t, below(5).Holds(5))
	require.True(t, atLeast(95).Holds(95))
	require.False(t, atLeast(95).Holds(94.9))
}
