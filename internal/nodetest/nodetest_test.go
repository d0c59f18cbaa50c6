package nodetest_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/internal/nodetest"
)

func TestAScriptMayUseThePinnedPackages(t *testing.T) {
	out := nodetest.Run(t, "testdata/packages.mjs", strings.NewReader("检查"), "a b")
	require.JSONEq(t, `{"type": "bpmn:UserTask", "yes": true, "text": "检查", "args": ["a b"]}`, string(out))
}

func TestABrowserIsThere(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), nodetest.Chromium(t), "--version").Output()
	require.NoError(t, err)
	require.Regexp(t, `Chrom(e|ium)`, string(out))
}
