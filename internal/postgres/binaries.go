package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// ErrNotInstalled reports that no usable PostgreSQL binaries were found.
var ErrNotInstalled = errors.New("postgresql is not installed")

// oldestMajor is the first version that the schema may rely on.
const oldestMajor = 15

// binaries are the programs of one installation of PostgreSQL.
type binaries struct {
	dir   string
	major int
}

func (b binaries) path(program string) string {
	return filepath.Join(b.dir, program)
}

// installed returns the installed binaries of that major version, or of the newest one if major is 0.
func installed(ctx context.Context, major int) (binaries, error) {
	found := inspect(ctx, candidates())
	for _, b := range found {
		if major == 0 || b.major == major {
			return b, nil
		}
	}
	if major != 0 {
		return binaries{}, fmt.Errorf("the folder's database needs version %d: %w", major, ErrNotInstalled)
	}
	return binaries{}, ErrNotInstalled
}

// candidates returns the folders that may hold binaries. A folder in PATH counts by where its initdb really lies:
// wrappers and lone links to one program are common there.
func candidates() []string {
	var dirs []string
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
	} {
		if matches, err := filepath.Glob(pattern); err == nil {
			dirs = append(dirs, matches...)
		}
	}
	return dirs
}

// inspect returns the complete installations among dirs that are new enough, newest first.
func inspect(ctx context.Context, dirs []string) []binaries {
	var found []binaries
	for _, dir := range dirs {
		b := binaries{dir: dir}
		if !runnable(b.path("initdb")) || !runnable(b.path("postgres")) {
			continue
		}
		if b.major = version(ctx, b.path("postgres")); b.major >= oldestMajor {
			found = append(found, b)
		}
	}
	slices.SortStableFunc(found, func(a, b binaries) int { return cmp.Compare(b.major, a.major) })
	return found
}

func runnable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

// version returns the major version that the program states, or 0.
func version(ctx context.Context, program string) int {
	stated, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return 0
	}
	match := regexp.MustCompile(`\(PostgreSQL\) (\d+)`).FindSubmatch(stated)
	if match == nil {
		return 0
	}
	major, err := strconv.Atoi(string(match[1]))
	if err != nil {
		return 0
	}
	return major
}
