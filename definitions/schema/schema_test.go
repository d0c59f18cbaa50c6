package schema_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/schema"
)

var update = flag.Bool("update", false, "write the schemas and the files' references to them anew")

func TestTheSchemasOfTheFolderAreThoseOfTheLanguage(t *testing.T) {
	l := schema.Describe()
	for _, f := range l.Files {
		t.Run(f.Name, func(t *testing.T) {
			text, err := l.JSON(f)
			require.NoError(t, err)
			name := f.Name + ".schema.json"
			if *update {
				require.NoError(t, os.WriteFile(name, text, 0o600))
			}
			committed, err := os.ReadFile(name)
			require.NoError(t, err)
			require.Equal(t, string(committed), string(text), "run go test ./definitions/schema -update")
		})
	}
}
