package docs_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The command's own tests would link the Temporal server, so its source is read.
func TestATraceHasWordsForEveryFactInBothLanguages(t *testing.T) {
	words, err := os.ReadFile("../../cmd/waybill/words.go")
	require.NoError(t, err)
	for _, fact := range constants(t, "engine/command.go", "Fact", "") {
		require.Equal(t, 2, strings.Count(string(words), "engine."+fact.name+": \""), "words for %s in English and Chinese", fact.value)
	}
}
