// Package architecture checks what docs/architecture.md promises about imports. The linter forbids the same in one file;
// these tests also follow imports through packages, and run where the linter does not.
package architecture_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "waybill"
	root   = "../.."
	server = "go.temporal.io/server"
	yaml   = "gopkg.in/yaml.v3"
)

// file is a Go file of the module.
type file struct {
	path    string // relative to the module's root
	imports []string
}

func (f file) pkg() string { return path.Dir(f.path) }
func (f file) test() bool  { return strings.HasSuffix(f.path, "_test.go") }

// layer is the folder at the top. The stack puts all layers together, and the simulated staff work with them, as a
// command does; the tests of the documentation hold it against all of them.
func (f file) layer() string {
	if slices.Contains([]string{"internal/stack", "internal/staff", "internal/docs"}, f.pkg()) {
		return "cmd"
	}
	layer, _, _ := strings.Cut(f.path, "/")
	return layer
}

// below lists, for each layer, the layers whose packages it may import beside its own. Any layer's tests may use what
// internal offers.
func below() map[string][]string {
	return map[string][]string{
		"definitions": {},
		"engine":      {"definitions"},
		"store":       {},
		"activities":  {"definitions", "engine", "store"},
		"workflows":   {"definitions", "engine", "activities"},
		"worker":      {"definitions", "engine", "store", "activities", "workflows"},
		"api":         {"definitions", "engine", "store", "activities", "workflows", "web"},
		"web":         {},
		"internal":    {},
		"scripts":     {},
		"cmd":         {"definitions", "engine", "store", "activities", "workflows", "worker", "api", "internal"},
		"bench":       {"definitions", "engine", "store", "activities", "workflows", "worker", "api", "internal"},
		"e2e":         {"definitions", "engine", "store", "activities", "workflows", "worker", "api", "internal"},
	}
}

func TestImportsRunOneWay(t *testing.T) {
	for _, f := range sources(t) {
		allowed, known := below()[f.layer()]
		require.True(t, known, "%s: a folder that the architecture does not name", f.path)
		for _, imported := range f.imports {
			inside, ok := strings.CutPrefix(imported, module+"/")
			if !ok {
				continue
			}
			layer, _, _ := strings.Cut(inside, "/")
			fine := layer == f.layer() || slices.Contains(allowed, layer) ||
				layer == "internal" && (f.test() || forTests(f.pkg())) ||
				layer == "store" && f.layer() == "workflows" && f.test() // its code does no I/O, its tests look at what came of it
			require.True(t, fine, "%s imports %s", f.path, imported)
		}
	}
}

func TestDefinitionsAndEngineStayPure(t *testing.T) {
	reached := reach(sources(t))
	for pkg, imports := range reached {
		if layer, _, _ := strings.Cut(pkg, "/"); layer != "definitions" && layer != "engine" {
			continue
		}
		for imported := range imports {
			for _, forbidden := range []string{"go.temporal.io/", "github.com/jackc/", "github.com/gin-gonic/", "database/sql"} {
				require.False(t, strings.HasPrefix(imported+"/", forbidden), "%s reaches %s through %s", pkg, imported, imports[imported])
			}
		}
	}
}

func TestOnlyOnePackageImportsTheTemporalServer(t *testing.T) {
	for _, f := range sources(t) {
		for _, imported := range f.imports {
			if strings.HasPrefix(imported+"/", server+"/") {
				require.Equal(t, "internal/temporal", f.pkg(), "%s imports %s", f.path, imported)
			}
		}
	}
}

func TestFewBinariesLinkTheTemporalServer(t *testing.T) {
	for _, f := range sources(t) {
		if slices.Contains(f.imports, module+"/internal/temporal") {
			require.Contains(t, []string{"cmd", "bench", "e2e", "internal"}, f.layer(), f.path)
		}
	}
}

func TestOneFileImportsTheArchivedYAMLLibrary(t *testing.T) {
	var importers []string
	for _, f := range sources(t) {
		if slices.Contains(f.imports, yaml) {
			importers = append(importers, f.path)
		}
	}
	require.Len(t, importers, 1, "%v", importers)
	require.Equal(t, "definitions", path.Dir(importers[0]))
}

func TestTheProductDoesNotContainTestHelpers(t *testing.T) {
	for _, f := range sources(t) {
		if f.test() || forTests(f.pkg()) {
			continue
		}
		for _, imported := range f.imports {
			require.False(t, strings.HasPrefix(imported, module+"/") && forTests(imported), "%s imports %s", f.path, imported)
			require.NotEqual(t, "testing", imported, f.path)
		}
	}
}

// forTests tells whether the package helps tests: it, or a folder above it, is named for that.
func forTests(pkg string) bool {
	for _, name := range strings.Split(pkg, "/") {
		if strings.HasSuffix(name, "test") {
			return true
		}
	}
	return false
}

// reach returns, for each package, what its non-test files import directly or through other packages of the module, each
// with the package that does.
func reach(files []file) map[string]map[string]string {
	direct := map[string][]string{}
	for _, f := range files {
		if !f.test() {
			direct[f.pkg()] = append(direct[f.pkg()], f.imports...)
		}
	}
	reached := map[string]map[string]string{}
	for pkg := range direct {
		seen := map[string]string{}
		follow(pkg, direct, seen)
		reached[pkg] = seen
	}
	return reached
}

func follow(pkg string, direct map[string][]string, seen map[string]string) {
	for _, imported := range direct[pkg] {
		if _, ok := seen[imported]; ok {
			continue
		}
		seen[imported] = pkg
		if inside, ok := strings.CutPrefix(imported, module+"/"); ok {
			follow(inside, direct, seen)
		}
	}
}

// sources returns the module's Go files with their imports.
func sources(t *testing.T) []file {
	t.Helper()
	var files []file
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if skipped(filepath.ToSlash(relative)) {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := file{path: filepath.ToSlash(relative)}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, imported)
		}
		files = append(files, f)
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// skipped tells whether the folder is no part of the module: hidden, with data for tests, or a module of its own.
func skipped(dir string) bool {
	name := path.Base(dir)
	return dir != "." && strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules" || dir == "tools"
}
