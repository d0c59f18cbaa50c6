// Package scripts_test checks what setup.sh decides on machines that have only some programs. That apt-get then really
// brings them is seen on a fresh machine only.
package scripts_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// machine is a PATH with nothing in it but what the script itself works with and what a test puts there.
type machine struct {
	t    *testing.T
	dir  string // holds the checkout, the home and the folders of PATH, the first one for what is installed later
	path []string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, dir: t.TempDir()}
	m.path = []string{filepath.Join(m.dir, "later"), filepath.Join(m.dir, "bin")}
	for _, folder := range append(m.path, m.at("home"), m.at("my checkout", "scripts")) {
		require.NoError(t, os.MkdirAll(folder, 0o755))
	}
	for _, name := range []string{"awk", "cat", "chmod", "dirname", "head", "mkdir", "readlink", "sed", "sh", "sort", "tail"} {
		real, err := exec.LookPath(name)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(real, filepath.Join(m.path[1], name)))
	}
	script, err := os.ReadFile("setup.sh")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(m.at("my checkout", "scripts", "setup.sh"), script, 0o600))
	require.NoError(t, os.WriteFile(m.at("my checkout", "go.mod"), []byte("module shop\n\ngo 1.26.8\n"), 0o600))
	m.user("1000")
	return m
}

func (m *machine) at(names ...string) string {
	return filepath.Join(append([]string{m.dir}, names...)...)
}

// program puts a program into PATH.
func (m *machine) program(name, script string) {
	m.t.Helper()
	require.NoError(m.t, os.WriteFile(filepath.Join(m.path[1], name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
}

// user says who runs the script: "0" is root.
func (m *machine) user(id string) *machine {
	m.program("id", "echo "+id)
	return m
}

// debian has apt-get, which brings nothing, and may have sudo.
func (m *machine) debian() *machine {
	m.program("apt-get", "echo apt-get: no network; exit 100")
	return m
}

func (m *machine) goes(version, toolchain string) *machine {
	m.program("go", `case $2 in
GOVERSION) echo go`+version+` ;;
GOTOOLCHAIN) echo `+toolchain+` ;;
*) echo "$HOME/go/$2" ;;
esac`)
	return m
}

func (m *machine) postgres(version string) {
	m.program("initdb", "")
	m.program("postgres", "echo 'postgres (PostgreSQL) "+version+" (Debian "+version+"-1)'")
}

func (m *machine) node(version string) *machine {
	m.program("node", "echo v"+version)
	m.program("npm", "")
	return m
}

// complete has all that a developer needs.
func (m *machine) complete() *machine {
	m.goes("1.26.8", "auto")
	m.postgres("17.5")
	m.node("22.1.0")
	m.program("chromium", "")
	m.program("fc-list", "echo Noto Sans CJK SC")
	m.program("nvim", "")
	return m
}

// lacks takes programs away.
func (m *machine) lacks(names ...string) *machine {
	for _, name := range names {
		require.NoError(m.t, os.Remove(filepath.Join(m.path[1], name)))
	}
	return m
}

// setUp runs the script and returns what it says and its exit code.
func (m *machine) setUp(arguments ...string) (string, int) {
	m.t.Helper()
	command := exec.CommandContext(m.t.Context(), filepath.Join(m.path[1], "sh"), append([]string{"scripts/setup.sh"}, arguments...)...)
	command.Dir = m.at("my checkout")
	command.Env = []string{"PATH=" + strings.Join(m.path, ":"), "HOME=" + m.at("home")}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Run(); err != nil {
		require.IsType(m.t, &exec.ExitError{}, err)
	}
	return said.String(), command.ProcessState.ExitCode()
}

// lines returns what was said, without what every line begins with.
func lines(said string) []string {
	var found []string
	for line := range strings.Lines(said) {
		found = append(found, strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "setup: "))
	}
	return found
}

func TestAMachineThatHasEverythingIsLeftAloneInSilence(t *testing.T) {
	t.Parallel()
	for _, user := range []string{"1000", "0"} {
		said, code := newMachine(t).complete().debian().user(user).setUp("tests")
		require.Empty(t, said)
		require.Zero(t, code)
	}
}

func TestANewEnoughGoMayFetchTheOneThatIsNeeded(t *testing.T) {
	t.Parallel()
	said, code := newMachine(t).complete().goes("1.21.0", "auto").setUp()
	require.Empty(t, said)
	require.Zero(t, code)
}

func TestWithoutAUsableGoItEndsAndSaysWhatToType(t *testing.T) {
	t.Parallel()
	none, old, fixed := newMachine(t).complete().lacks("go"), newMachine(t).complete().goes("1.19.8", ""), newMachine(t).complete().goes("1.23.5", "local")
	missing := "Go 1.26.8 is missing. Install it (any since 1.21 fetches that one): "
	said, code := none.setUp()
	require.Equal(t, []string{missing + "https://go.dev/dl/"}, lines(said))
	require.Equal(t, 1, code)

	said, code = none.debian().setUp()
	require.Equal(t, []string{missing + `su - -c "make -C '` + none.at("my checkout") + `' setup"`}, lines(said))
	require.Equal(t, 1, code)

	none.program("sudo", "")
	said, code = none.setUp("tests")
	require.Equal(t, []string{missing + "sudo make setup-tests"}, lines(said))
	require.Equal(t, 1, code)

	said, code = none.user("0").setUp()
	require.Equal(t, []string{"apt-get: no network", "Go could not be installed", missing + "https://go.dev/dl/"}, lines(said))
	require.Equal(t, 1, code)

	said, code = old.debian().user("0").setUp()
	require.Equal(t, []string{
		"Go could not be installed",
		old.path[1] + "/go is older than Go 1.21, which could fetch Go 1.26.8. Replace it: https://go.dev/dl/",
	}, lines(said), "Debian's package would stand behind it in PATH")
	require.Equal(t, 1, code)

	said, code = fixed.setUp()
	require.Equal(t, []string{fixed.path[1] + "/go is older than Go 1.26.8 and may not fetch it. Let it: export GOTOOLCHAIN=auto"}, lines(said))
	require.Equal(t, 1, code)
}

func TestGoNeedsAFolderToWorkIn(t *testing.T) {
	t.Parallel()
	m := newMachine(t).complete()
	require.NoError(t, os.Remove(m.at("home")))
	require.NoError(t, os.WriteFile(m.at("home"), nil, 0o600))
	said, code := m.setUp()
	require.Equal(t, []string{
		"Go has no folder to work in: HOME is " + m.at("home") + ". Name one that you may write to: HOME=/tmp/1000 make ...",
	}, lines(said))
	require.Equal(t, 1, code)
}

func TestWhatOnlyTestsNeedIsAskedForByTestsOnly(t *testing.T) {
	t.Parallel()
	m := newMachine(t).complete().lacks("chromium", "nvim").node("18.20.4").debian()
	m.program("sudo", "")
	said, code := m.setUp()
	require.Empty(t, said)
	require.Zero(t, code)

	want := []string{
		"Node.js 20 or newer with npm is missing, which tests need. Install it: sudo make setup-tests",
		"Chromium is missing, which tests need. Install it, and a font with Chinese: sudo make setup-tests",
		"Neovim is missing, and its test is left out. Install it: sudo make setup-tests",
	}
	said, code = m.setUp("tests")
	require.Equal(t, want, lines(said))
	require.Zero(t, code, "the tests that need it say so again")

	m.node("22.1.0")
	m.program("chromium", "")
	m.program("nvim", "")
	m.program("fc-list", "")
	said, _ = m.setUp("tests")
	require.Equal(t, []string{"a font with Chinese is missing, which tests need. Install one: sudo make setup-tests"}, lines(said))
}

func TestANodeThatIsTooOldIsReplacedByTheOneOfItsNpm(t *testing.T) {
	t.Parallel()
	m := newMachine(t).complete().debian().user("0").node("18.20.4")
	m.program("npm", "printf '#!/bin/sh\necho v22.1.0\n' >"+m.path[0]+"/node && chmod 755 "+m.path[0]+"/node")
	said, code := m.setUp("tests")
	require.Empty(t, said, "the shell looks for node anew")
	require.Zero(t, code)
}
