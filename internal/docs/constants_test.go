package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// constant is a constant of Go with a text for its value, and what its source says of it.
type constant struct {
	name, value, comment string
}

// constants returns the constants of a file, below the root of the repository, that are of a named type
// or, where typ is "", whose names begin with prefix.
func constants(t *testing.T, file, typ, prefix string) []constant {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", filepath.FromSlash(file)), nil, parser.ParseComments)
	require.NoError(t, err)
	var out []constant
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		named, _ := spec.Type.(*ast.Ident)
		if typ != "" && (named == nil || named.Name != typ) || !strings.HasPrefix(spec.Names[0].Name, prefix) {
			return true
		}
		if text, ok := textOf(spec.Values[0]); ok {
			out = append(out, constant{spec.Names[0].Name, text, strings.TrimSpace(spec.Comment.Text())})
		}
		return true
	})
	require.NotEmpty(t, out, "%s has no constants %s %s", file, typ, prefix)
	return out
}

// textOf returns the text of a literal.
func textOf(e ast.Expr) (string, bool) {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}

func TestTheLanguageNamesEveryReasonOfARefusal(t *testing.T) {
	generated(t, "language.md", "refusals", list(constants(t, "engine/accepts.go", "RefusalCode", "")))
}

// list writes the values of constants as one paragraph.
func list(all []constant) string {
	values := make([]string, len(all))
	for i, c := range all {
		values[i] = "`" + c.value + "`"
	}
	return strings.Join(values, ", ") + ".\n"
}
