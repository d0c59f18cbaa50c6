package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const docs = "../docs"

// TestEverySessionInTheDocsIsWhatHappens runs the console sessions of a page in one shell, against a
// server of its own, and writes the files that the page has its reader write. In what is expected, "..." stands for anything in a line, and a line of "..." for
// any lines.
func TestEverySessionInTheDocsIsWhatHappens(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"operators.md", "integrators.md", "first-process.md"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(docs, name))
			require.NoError(t, err)
			commands := sessions(string(text))
			require.NotEmpty(t, commands)
			folder := t.TempDir()
			require.NoError(t, os.CopyFS(filepath.Join(folder, "docs", "examples", "shop"), os.DirFS(filepath.Join(docs, "examples", "shop"))))
			up(t, filepath.Join(folder, ".waybill"), nil)
			said := runAll(t, folder, commands)
			for i, c := range commands {
				require.Regexp(t, pattern(c.expected), said[i], "%s:%d: %s", name, c.line, c.text)
			}
		})
	}
}

// command is one line of a session with what it must say.
type command struct {
	line     int
	text     string
	expected []string
}

// sessions finds the commands in a page's console blocks. A block of YAML that names a file of the reader's
// own, or says that it is added to one, is a command that writes it.
func sessions(page string) []command {
	var found []command
	var inside, file string // the language of the block, and the file that it is
	for i, line := range strings.Split(page, "\n") {
		last := len(found) - 1
		switch {
		case strings.HasPrefix(line, "```") && inside == "":
			inside, file, _ = strings.Cut(line[3:], " ")
			if writes := inside == "yaml" && !strings.HasPrefix(file, "docs/") && file != ""; writes {
				found = append(found, command{line: i + 1, text: beginFile(file)})
			} else {
				file = ""
			}
		case strings.HasPrefix(line, "```"):
			if inside == "yaml" && file != "" {
				found[last].text += "\n" + endOfFile
			}
			inside = ""
		case inside == "yaml" && file != "":
			found[last].text += "\n" + line
		case inside == "console" && strings.HasPrefix(line, "$ "):
			found = append(found, command{line: i + 1, text: line[2:]})
		case inside == "console":
			found[last].expected = append(found[last].expected, line)
		}
	}
	return found
}

const endOfFile = "END-OF-FILE"

// beginFile is the command that writes a file, or adds to it where its name stands after "add".
func beginFile(file string) string {
	to := ">"
	if added, ok := strings.CutPrefix(file, "add "); ok {
		file, to = added, ">>"
	}
	return fmt.Sprintf("mkdir -p %s && cat %s%s <<'%s'", filepath.Dir(file), to, file, endOfFile)
}

// runAll runs the commands in one shell and returns what each said.
func runAll(t *testing.T, folder string, commands []command) []string {
	t.Helper()
	const end = "--- end of a command ---"
	var script strings.Builder
	fmt.Fprintln(&script, "exec 2>&1")
	for _, c := range commands {
		// echo must see the exit code of the command before it.
		fmt.Fprintf(&script, "(exit ${code:-0})\n%s\ncode=$?\necho '%s'\n", c.text, end)
	}
	shell := exec.Command("sh")
	shell.Dir = folder
	shell.Env = append(clean(os.Environ()), "PATH="+filepath.Dir(binary(t))+string(os.PathListSeparator)+os.Getenv("PATH"), "TZ=UTC")
	shell.Stdin = strings.NewReader(script.String())
	var out bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &out
	require.NoError(t, shell.Run(), out.String())
	said := strings.Split(out.String(), end+"\n")
	require.Len(t, said, len(commands)+1, out.String())
	return said[:len(commands)]
}

// pattern is the regular expression that an expected output stands for.
func pattern(expected []string) *regexp.Regexp {
	var p strings.Builder
	p.WriteString(`\A`)
	for _, line := range expected {
		if line == "..." {
			p.WriteString(`(?:.*\n)*?`)
			continue
		}
		parts := strings.Split(line, "...")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		p.WriteString(strings.Join(parts, `.*`) + `\n?`)
	}
	p.WriteString(`\n?\z`)
	return regexp.MustCompile(p.String())
}

func TestThePageForOperatorsNamesEveryCommand(t *testing.T) {
	operators, err := os.ReadFile(filepath.Join(docs, "operators.md"))
	require.NoError(t, err)
	help, err := exec.Command(binary(t), "--help").Output()
	require.NoError(t, err)
	commands := regexp.MustCompile(`(?m)^  ([a-z]+(?: [a-z]+)?)  +[A-Z]`).FindAllStringSubmatch(string(help), -1)
	require.NotEmpty(t, commands)
	for _, c := range commands {
		require.Contains(t, string(operators), "`"+c[1], "command %s", c[1])
	}
}

func thePageNamesEveryOperation(t *testing.T, s *server) {
	integrators, err := os.ReadFile(filepath.Join(docs, "integrators.md"))
	require.NoError(t, err)
	described := call[struct {
		Paths map[string]map[string]struct{}
	}](s, "GET", "/api/openapi.json", nil)
	require.NotEmpty(t, described.Paths)
	for path, methods := range described.Paths {
		for method := range methods {
			named := strings.Contains(string(integrators), strings.ToUpper(method)+" "+path) || path == "/api/v1/health"
			require.True(t, named, "%s %s", method, path)
		}
	}
}
