package docs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions/formula"
)

func TestThePageOfTheCatalogueSaysWhatItsTypesSay(t *testing.T) {
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	var actions strings.Builder
	require.NoError(t, catalogue.Markdown(&actions))
	text, ok := strings.CutPrefix(actions.String(), "# Actions\n")
	require.True(t, ok, "the page has a heading of its own")
	generated(t, "catalogue.md", "catalogue", text)
}

func TestThePageOfTheLanguageHasEveryFunction(t *testing.T) {
	var table strings.Builder
	table.WriteString("| function | what it gives | example |\n|---|---|---|\n")
	cell := strings.NewReplacer("|", `\|`).Replace
	for _, f := range formula.Functions() {
		example := "`" + cell(f.Example) + "`"
		if f.Result != "" {
			example += " is `" + cell(f.Result) + "`"
		}
		table.WriteString("| `" + cell(f.Signature) + "` | " + cell(f.Doc) + " | " + example + " |\n")
	}
	generated(t, "language.md", "functions", table.String())
}
