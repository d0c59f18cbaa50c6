package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the command line as people do. All scripts share one server, whose data folder is
// $WAYBILL_DATA; a script may start another one on a folder of its own.
func TestScripts(t *testing.T) {
	t.Parallel()
	s := up(t, filepath.Join(t.TempDir(), "data"), nil)
	bin := filepath.Dir(binary(t))
	testscript.Run(t, testscript.Params{
		Dir: "scripts",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("WAYBILL_DATA", s.data)
			env.Setenv("TZ", "UTC")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "capture": capture, "serving": serving, "edit-history": editHistory(s), "stop-postgres": stopPostgresOf,
		},
	})
}

// exits runs a program that must end with an exit code: exits CODE PROGRAM ARGS...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		ended, ok := err.(*exec.ExitError) //nolint:errorlint // testscript does not wrap it
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = ended.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, %d expected\n%s%s", code, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// capture sets a variable to the first group of an expression in what the last command wrote:
// capture NAME REGEXP
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME REGEXP")
	}
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("%s: not in\n%s", args[1], ts.ReadFile("stdout"))
	}
	ts.Setenv(args[0], found[1])
}

// serving waits until a server serves on a data folder: serving DIR
func serving(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serving DIR")
	}
	deadline := time.Now().Add(readyWithin)
	for {
		if _, err := os.Stat(ts.MkAbs(filepath.Join(args[0], "server.json"))); err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("nothing serves on %s", args[0])
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// stopPostgresOf ends the PostgreSQL that a killed server left behind: stop-postgres DIR
func stopPostgresOf(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(filepath.Join(args[0], "postgres", "data", "postmaster.pid"))
	line, _, _ := strings.Cut(text, "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	ts.Check(err)
	ts.Check(endProcess(pid))
}
