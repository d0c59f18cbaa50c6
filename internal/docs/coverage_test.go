package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions"
)

// inspect walks the syntax of all Go files of a folder that are no tests.
func inspect(t *testing.T, dir string, visit func(ast.Node)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			visit(n)
			return true
		})
	}
}

func TestEveryKindOfStepHasASectionAndAnExample(t *testing.T) {
	page := readPage(t, "language.md")
	for _, kind := range constants(t, "definitions/model.go", "", "Kind") {
		_, section, ok := strings.Cut(page, "\n### `"+kind.value+"`\n")
		require.True(t, ok, "language.md has no section about %s", kind.value)
		if at := strings.Index(section, "\n#"); at >= 0 {
			section = section[:at]
		}
		shown := slices.ContainsFunc(fences(section), func(f fence) bool { return strings.Contains(f.text, "- "+kind.value+":") })
		require.True(t, shown, "the section about %s shows no example of it", kind.value)
	}
}

// readers are the methods of package definitions that read a key of a file.
func readers() []string {
	return []string{"take", "need", "has", "list", "entries", "text", "flag", "number", "oneOf", "oneOrMore", "title"}
}

func TestTheLanguageNamesEveryKey(t *testing.T) {
	page := readPage(t, "language.md")
	keys := map[string]bool{}
	inspect(t, "definitions", func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains(readers(), method.Sel.Name) || len(call.Args) == 0 {
			return
		}
		if key, ok := textOf(call.Args[0]); ok {
			keys[key] = true
		}
	})
	require.Greater(t, len(keys), 60)
	for key := range keys {
		named := strings.Contains(page, "`"+key+"`") || strings.Contains(page, "`"+key+":") || strings.Contains(page, "{"+key+",") ||
			strings.Contains(page, ", "+key+",") || strings.Contains(page, ", "+key+"}") || strings.Contains(page, "{"+key+": ")
		if !named {
			t.Errorf("language.md does not name the key %s", key)
		}
	}
}

func TestEveryOperationOfTheAPIAppearsInThePages(t *testing.T) {
	whole := allPages(t)
	count := 0
	inspect(t, "api", func(n ast.Node) {
		literal, ok := n.(*ast.CompositeLit)
		if !ok {
			return
		}
		fields := fieldsOf(literal)
		id, ok := textOf(fields["OperationID"])
		if !ok {
			return
		}
		method, ok := fields["Method"].(*ast.SelectorExpr)
		require.True(t, ok, "%s has no method", id)
		path, ok := textOf(fields["Path"])
		require.True(t, ok, "%s has no path", id)
		route := strings.ToUpper(strings.TrimPrefix(method.Sel.Name, "Method")) + " " + path
		if !strings.Contains(whole, "`"+route+"`") && (!strings.HasPrefix(route, "GET ") || !strings.Contains(whole, "$URL"+path)) {
			t.Errorf("no page names `%s`, the operation %s", route, id)
		}
		count++
	})
	require.Greater(t, count, 10)
}

// fieldsOf returns the fields that a literal of a struct gives, by their names.
func fieldsOf(literal *ast.CompositeLit) map[string]ast.Expr {
	fields := map[string]ast.Expr{}
	for _, e := range literal.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok {
				fields[key.Name] = pair.Value
			}
		}
	}
	return fields
}

func TestTheMisspeltConditionOfTheAnalystsPageIsFoundAsItSays(t *testing.T) {
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	var said string
	for _, f := range fences(readPage(t, "analysts.md")) {
		if f.info == "text misspelt" {
			said = f.text
		}
	}
	require.NotEmpty(t, said)
	files := misspelt(t, "first", "look.outcome", "look.outcom")
	_, found := definitions.Load(files, catalogue)
	require.Equal(t, said, listed(found))
}
