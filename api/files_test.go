package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileThatLiesOutsideItsPackIsRefused(t *testing.T) {
	b := newBench(t)
	pack := "name: tiny\ncurrency: CNY\n"
	for name, file := range map[string]string{
		"above the folder":              "../order.process.yaml",
		"above the folder after all":    "a/../../order.process.yaml",
		"at the root of the disk":       "/order.process.yaml",
		"at the folder itself":          ".",
		"without a name":                "",
		"in a folder without a name":    "a//order.process.yaml",
		"in a folder of no name at all": "./order.process.yaml",
		"with the name of a folder":     "a/",
		"in a file":                     "pack.yaml/order.process.yaml",
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(map[string]any{"files": map[string]string{"pack.yaml": pack, file: "process: order\n"}})
			require.NoError(t, err)
			for _, address := range []string{"/api/v1/packs", "/api/v1/changes"} {
				p := b.ask(http.MethodPost, address, string(body)).problem(b)
				require.Equal(t, http.StatusUnprocessableEntity, p.Status)
				require.Equal(t, "invalid", p.Code)
				require.Len(t, p.Errors, 1)
				require.Equal(t, "files", p.Errors[0].Field)
			}
		})
	}
	require.NotContains(t, string(b.get("/api/v1/packs").body), "tiny")
	require.Equal(t, 1, b.count("revisions"))
}
