package catalogue_test

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func documented(t *testing.T) *catalogue.Registry {
	return registry(t,
		catalogue.Define("sales.echo", "Gives back what it got.", echo, catalogue.Contended(),
			catalogue.Inverse("sales.forget"), catalogue.Errors("sales.deaf", "nothing | nobody was heard")),
		define[none, none]("sales.forget"),
		define[order, none]("stock.call", catalogue.Remote()))
}

func TestTheDocumentationTellsAllOfTheCatalogue(t *testing.T) {
	var text strings.Builder
	require.NoError(t, documented(t).Markdown(&text))
	const golden = "testdata/catalogue.md"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(text.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), text.String())
}

func TestTheSchemaTakesWhatTheActionTakes(t *testing.T) {
	text, err := json.Marshal(documented(t).Schema())
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("urn:waybill:catalogue", document))
	for action, order := range map[string]string{"sales.echo.input": fullOrder, "sales.echo.output": fullOrder, "stock.call.output": "{}"} {
		schema, err := compiler.Compile("urn:waybill:catalogue#/$defs/" + action)
		require.NoError(t, err)
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(order))
		require.NoError(t, err)
		require.NoError(t, schema.Validate(instance))
		wrong, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"lines": 7}`))
		require.NoError(t, err)
		require.Error(t, schema.Validate(wrong), action)
	}
}
