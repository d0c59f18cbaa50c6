package engine_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// Each file of testdata plays processes event by event and holds all that can be observed of them; to
// write them anew, run with -rewrite and review the difference.
func TestScenarios(t *testing.T) {
	for _, folder := range []string{"kinds", "rules"} {
		datadriven.Walk(t, filepath.Join("testdata", folder), func(t *testing.T, path string) {
			p := newPlayer()
			datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string { return p.play(t, d) })
		})
	}
}

// Every kind of step has its engine file and its scenario, so that a new kind cannot come without them.
func TestEveryKindHasItsFileAndItsScenario(t *testing.T) {
	for _, kind := range kinds(t) {
		for _, file := range []string{kind + ".go", filepath.Join("testdata", "kinds", kind+".txt")} {
			if _, err := os.Stat(file); err != nil {
				t.Errorf("kind %s: %v", kind, err)
			}
		}
	}
}

// kinds returns the keywords of all kinds of steps, read from where they are written.
func kinds(t *testing.T) []string {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "definitions", "model.go"), nil, 0)
	must(t, err)
	var keywords []string
	ast.Inspect(file, func(n ast.Node) bool {
		c, ok := n.(*ast.ValueSpec)
		if typ, named := typeName(c, ok); named && typ == "Kind" {
			keyword, err := strconv.Unquote(c.Values[0].(*ast.BasicLit).Value)
			must(t, err)
			keywords = append(keywords, keyword)
		}
		return true
	})
	if len(keywords) < 15 {
		t.Fatalf("found %d kinds of steps", len(keywords))
	}
	return keywords
}

func typeName(c *ast.ValueSpec, isConst bool) (string, bool) {
	if !isConst {
		return "", false
	}
	typ, named := c.Type.(*ast.Ident)
	if !named {
		return "", false
	}
	return typ.Name, true
}

// Every rule of running has its scenarios.
func TestEveryRuleOfRunningHasItsScenario(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "rules", "*.txt"))
	must(t, err)
	for number := range 15 {
		rule := fmt.Sprintf("%02d", number+1)
		found := false
		for _, f := range files {
			found = found || strings.HasPrefix(filepath.Base(f), rule+"_")
		}
		if !found {
			t.Errorf("rule %s has no scenario", rule)
		}
	}
}
