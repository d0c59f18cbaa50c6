package bpmn_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/bpmn"
)

// edited imports a diagram of ours after somebody has changed it in another tool.
func edited(t *testing.T, changes ...string) *bpmn.Result {
	t.Helper()
	text, err := os.ReadFile("../diagram/testdata/repair.right.bpmn")
	require.NoError(t, err)
	for i := 0; i < len(changes); i += 2 {
		require.Contains(t, string(text), changes[i])
	}
	result, err := bpmn.Import(strings.NewReader(strings.NewReplacer(changes...).Replace(string(text))))
	require.NoError(t, err)
	return result
}

func TestAnotherNameThatWasGivenElsewhereBecomesTheTitle(t *testing.T) {
	result := edited(t, `name="Hand over"`, `name="Give back"`)
	require.Contains(t, result.Processes[0].Text, "title: Give back")
	require.Len(t, result.Remarks, 1)
	require.Contains(t, result.Remarks[0].String(), `its name was "Hand over" when it was drawn`)
}

func TestAnotherConditionThatWasWrittenElsewhereIsTaken(t *testing.T) {
	result := edited(t, `>cost &gt; 1000<`, `>cost &gt; 2000<`)
	require.Contains(t, result.Processes[0].Text, "when: cost > 2000")
	require.Empty(t, result.Remarks)
}

func TestATaskThatWasAddedElsewhereStandsAtItsPlace(t *testing.T) {
	result := edited(t,
		`sourceRef="look" targetRef="_1"/>`, `sourceRef="look" targetRef="photo"/><bpmn:userTask id="photo" name="Take a photo"/><bpmn:sequenceFlow id="to_1" sourceRef="photo" targetRef="_1"/>`)
	before, after, found := strings.Cut(result.Processes[0].Text, "task: take_a_photo")
	require.True(t, found)
	require.Contains(t, before, "task: look")
	require.Contains(t, after, "choose:")
}
