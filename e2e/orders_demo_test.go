package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheDemoPlaysADayAndTellsOneOrdersStory runs the demo as a script does, and looks into the story for
// what it promises.
func TestTheDemoPlaysADayAndTellsOneOrdersStory(t *testing.T) {
	t.Parallel()
	demo := exec.Command(binary(t), "demo", "--once", "--orders", "6", "--json")
	demo.Env = append(clean(os.Environ()), "TMPDIR="+t.TempDir())
	said := &output{}
	demo.Stderr = said
	text, err := demo.Output()
	require.NoError(t, err, "%s", said)
	var stories []struct {
		Instances []struct{ Process, Status, Outcome string }
		Entries   []struct {
			What, Step string
			Data       struct{ Action string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &stories), "%s", text)
	require.Len(t, stories, 2, "an order, and what came afterwards")
	outcomes := map[string]map[string]int{}
	for _, story := range stories {
		for _, i := range story.Instances {
			require.Equal(t, "ended", i.Status, i.Process)
			if outcomes[i.Process] == nil {
				outcomes[i.Process] = map[string]int{}
			}
			outcomes[i.Process][i.Outcome]++
		}
	}
	require.Equal(t, map[string]int{"won": 1}, outcomes["lead_to_order"])
	require.Equal(t, map[string]int{"accepted": 1}, outcomes["quote"])
	require.Equal(t, map[string]int{"delivered": 1}, outcomes["fulfil_order"])
	require.Positive(t, outcomes["produce_part"]["made"], "the shortage is produced")
	require.Positive(t, outcomes["buy_part"]["bought"], "with material that is bought")
	require.Equal(t, 2, outcomes["ship"]["delivered"], "in two parts")
	require.Equal(t, 2, outcomes["collect"]["settled"], "an invoice each, both paid")
	require.Equal(t, map[string]int{"closed": 1}, outcomes["service_case"])
	require.Equal(t, map[string]int{"refunded": 1}, outcomes["return_goods"])
	require.Contains(t, said.String(), "cancelled", "one order is cancelled late")
}
