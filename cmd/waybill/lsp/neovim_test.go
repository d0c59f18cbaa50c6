package lsp

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// setUps returns the blocks of Lua by which the documentation sets up Neovim, by the versions they are for.
func setUps(t *testing.T) map[string]string {
	t.Helper()
	page, err := os.ReadFile("../../../docs/analysts.md")
	require.NoError(t, err)
	blocks := map[string]string{}
	for _, found := range regexp.MustCompile("(?s)\\*\\*Neovim\\*\\* ([^,]*), in `init.lua`:\n\n  ```lua\n(.*?)  ```").FindAllStringSubmatch(string(page), -1) {
		blocks[found[1]] = strings.ReplaceAll(found[2], "\n  ", "\n")
	}
	return blocks
}

func TestNeovimIsServedAsTheDocumentationSetsItUp(t *testing.T) {
	nvim, err := exec.LookPath("nvim")
	if err != nil {
		t.Skip("NOT TESTED: Neovim is missing; make setup-tests installs it, or says how")
	}
	said, err := exec.CommandContext(t.Context(), nvim, "--version").Output()
	require.NoError(t, err)
	version := "0.11 or newer"
	if regexp.MustCompile(`^NVIM v0\.([0-9]|10)\.`).Match(said) {
		version = "0.7 to 0.10"
	}
	setUp := setUps(t)[version]
	require.NotEmpty(t, setUp, "the page has no set-up for %s", version)

	home, bin := t.TempDir(), t.TempDir()
	binary, err := os.Executable()
	require.NoError(t, err)
	script := "#!/bin/sh\n[ \"$1\" = lsp ] && " + serves + "=yes exec '" + binary + "'\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "waybill"), []byte(script), 0o700)) //nolint:gosec // it is run
	require.NoError(t, os.WriteFile(filepath.Join(home, "init.lua"), []byte(setUp), 0o600))
	folder := shop(t)
	file := filepath.Join(folder, "sale.process.yaml")
	require.NoError(t, os.WriteFile(file, []byte("process: sale\ninput: {order: Order}\nsteps:\n  - task: sell\n    role: sale\n    show: [order.number]\n"), 0o600))

	drive, err := filepath.Abs("testdata/neovim.lua")
	require.NoError(t, err)
	editor := exec.CommandContext(t.Context(), nvim, "--headless", "-u", filepath.Join(home, "init.lua"), file, "-c", "luafile "+drive)
	editor.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home,
		"PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := editor.CombinedOutput()
	require.NoError(t, err, string(out))
	var heard struct {
		Mistakes []struct {
			Line, Column  int
			Message, Code string
		}
		Left              int
		Hover, Definition string
		Text              []string
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &heard), string(out))
	require.Len(t, heard.Mistakes, 1)
	require.Equal(t, "unknown-role", heard.Mistakes[0].Code)
	require.Equal(t, 5, heard.Mistakes[0].Line)
	require.Zero(t, heard.Left, "mended by the quick fix")
	require.Contains(t, heard.Hover, "`order.number`: text")
	require.Equal(t, "shop.types.yaml", heard.Definition)
	require.Equal(t, []string{"    role: sales", "    show: [order.编号]"}, heard.Text[4:])
}
