package language

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions/packs"
	"waybill/engine/scenario/mutation"
)

// sampled is how many mutants of each pack the tests try; the benchmark tries all.
const sampled = 120

func TestTheCheckAndTheScenarioTestsFindWhatBreaksAPack(t *testing.T) {
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	var tally mutation.Tally
	for _, name := range packs.Names() {
		folder, _ := packs.Open(name)
		judge, err := mutation.NewJudge(folder, catalogue)
		require.NoError(t, err)
		mutants, err := mutation.Mutants(folder)
		require.NoError(t, err)
		require.Greater(t, len(mutants), sampled)
		for _, m := range mutation.Sample(mutants, sampled) {
			verdict, _ := judge.Try(m)
			tally.Add(m, verdict)
		}
	}
	var out strings.Builder
	require.NoError(t, tally.Write(&out))
	t.Log(out.String())
	require.GreaterOrEqual(t, tally.Percent(), 90.0, "of a sample; make bench ONLY=language tries all\n%s", out.String())
}
