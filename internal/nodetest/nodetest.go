// Package nodetest lets tests run scripts of Node.js with pinned packages: libraries that other programs read our files
// with, and a browser.
//
// The packages are those of package.json and package-lock.json. They are installed once for each lock into the user's
// cache, outside the checkout, so that no Go tool ever walks through them. To change one, edit package.json and run
// npm install --package-lock-only in this folder.
package nodetest

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Variable names the environment variable that, when it is "required", makes a test fail where Node.js or Chromium is
// missing; without it such a test is skipped and says what to install. make test sets it.
const Variable = "WAYBILL_TEST_NODE"

// oldestNode is the oldest major version that all packages run on.
const oldestNode = 20

// Run runs a script with node and returns what it wrote to its standard output. The script is a module (.mjs) at a path
// relative to the test's folder; it may import the pinned packages, but no file beside it. A script that ends with
// another code than 0 fails the test, with what it wrote to its error stream.
func Run(t testing.TB, script string, stdin io.Reader, args ...string) []byte {
	t.Helper()
	source, err := os.ReadFile(script)
	require.NoError(t, err)
	// A module looks for packages in the folders above it.
	folder, err := os.MkdirTemp(Packages(t), "run-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(folder) })
	copied := filepath.Join(folder, filepath.Base(script))
	require.NoError(t, os.WriteFile(copied, source, 0o600))

	var out, complaints bytes.Buffer
	command := exec.CommandContext(t.Context(), nodePath(t), append([]string{copied}, args...)...)
	command.Stdin, command.Stdout, command.Stderr = stdin, &out, &complaints
	if err := command.Run(); err != nil {
		require.NoError(t, err, "%s %s\n%s%s", filepath.Base(script), strings.Join(args, " "), out.String(), complaints.String())
	}
	return out.Bytes()
}

// Packages returns the folder whose node_modules holds the pinned packages. They are installed where they are missing.
func Packages(t testing.TB) string {
	t.Helper()
	nodePath(t)
	npm, err := exec.LookPath("npm")
	if err != nil {
		missing(t, "npm is missing: "+howTo("npm"))
	}
	folder, err := install(t.Context(), npm)
	require.NoError(t, err, "installing the packages of internal/nodetest/package-lock.json with npm")
	return folder
}

// Chromium returns the path of an installed Chromium or Chrome.
func Chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{
		"chromium", "chromium-browser", "google-chrome-stable", "google-chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "Chromium is missing: "+howTo("chromium"))
	return ""
}

// nodePath returns the path of a node that is new enough.
func nodePath(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		missing(t, "Node.js is missing: "+howTo("node"))
	}
	out, err := exec.CommandContext(t.Context(), path, "--version").Output()
	require.NoError(t, err, path)
	version := strings.TrimSpace(string(out))
	major, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestNode {
		missing(t, "Node.js "+version+" is too old, "+strconv.Itoa(oldestNode)+" is needed: "+howTo("node"))
	}
	return path
}

// missing ends the test: it fails where everything is required, else it is skipped.
func missing(t testing.TB, sentence string) {
	t.Helper()
	if os.Getenv(Variable) == "required" {
		t.Fatal(sentence)
	}
	t.Skip("NOT TESTED: " + sentence)
}

// howTo says how to install node, npm or chromium on this machine.
func howTo(what string) string {
	if runtime.GOOS == "darwin" {
		return "brew install " + map[string]string{"node": "node", "npm": "node", "chromium": "--cask chromium"}[what]
	}
	if _, err := exec.LookPath("apt-get"); err == nil {
		return "sudo apt-get install " + map[string]string{
			"node": "nodejs npm (or a newer one from https://nodejs.org)", "npm": "npm", "chromium": "chromium fonts-noto-cjk",
		}[what]
	}
	return map[string]string{
		"node": "install Node.js 20 or newer from https://nodejs.org", "npm": "install Node.js 20 or newer from https://nodejs.org",
		"chromium": "install your system's package of Chromium, and a font with Chinese (Noto Sans CJK)",
	}[what]
}
