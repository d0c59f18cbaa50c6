package schema_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/schema"
)

// compiled returns the schemas by their file's name.
func compiled(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	l := schema.Describe()
	out := map[string]*jsonschema.Schema{}
	compiler := jsonschema.NewCompiler()
	for _, f := range l.Files {
		text, err := l.JSON(f)
		require.NoError(t, err)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, compiler.AddResource(f.Name, doc))
		out[f.Name], err = compiler.Compile(f.Name)
		require.NoError(t, err)
	}
	return out
}

// validate holds a file against the schema of its kind.
func validate(t *testing.T, schemas map[string]*jsonschema.Schema, name string, text []byte) error {
	t.Helper()
	f, known := schema.Describe().FileOf(name)
	require.True(t, known, name)
	written, _ := definitions.ReadYAML(name, text)
	require.NotNil(t, written, name)
	return schemas[f.Name].Validate(plain(schema.Resolve(written)))
}

// plain is a value as the validator wants it.
func plain(v any) any {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case map[string]any:
		for key, value := range v {
			v[key] = plain(value)
		}
	case []any:
		for i, item := range v {
			v[i] = plain(item)
		}
	}
	return v
}

func TestEveryFileOfThePacksAndExamplesFitsItsSchema(t *testing.T) {
	schemas := compiled(t)
	written(t, func(name, text string) {
		require.NoError(t, validate(t, schemas, filepath.ToSlash(name), []byte(text)), name)
	})
	goldens, err := filepath.Glob("../testdata/ok/*.txtar")
	require.NoError(t, err)
	for _, name := range goldens {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".yaml") {
				require.NoError(t, validate(t, schemas, f.Name, f.Data), name)
			}
		}
	}
}

func TestMistakesOfShapeDoNotFitTheSchema(t *testing.T) {
	schemas := compiled(t)
	process := func(steps string) [2]string { return [2]string{"a.process.yaml", "process: a\nsteps:\n" + steps} }
	for name, file := range map[string][2]string{
		"a misspelt key of a step":       process("  - {task: a, rolle: sales}\n"),
		"a misspelt kind":                process("  - {tsak: a, role: sales}\n"),
		"two kinds":                      process("  - {task: a, do: stock.reserve}\n"),
		"a step that is a word":          process("  - task\n"),
		"steps that are no list":         {"a.process.yaml", "process: a\nsteps: {task: a}\n"},
		"no steps":                       {"a.process.yaml", "process: a\n"},
		"a loop without until":           process("  - {repeat: a, steps: []}\n"),
		"a way back without bound":       process("  - {task: a, role: b}\n  - {back_to: a}\n"),
		"a word that is none of the few": process("  - {run: a, revision: newest}\n"),
		"a count that is none":           process("  - {repeat: a, steps: [], until: x, at_most: many}\n"),
		"a flag that is none":            process("  - {run: a, detached: 'yes'}\n"),
		"an event without a trigger":     {"a.process.yaml", "process: a\nevents: [{steps: []}]\nsteps: []\n"},
		"a key without a value":          process("  - task: a\n    role:\n"),
		"a branch that is no map":        process("  - choose: [when]\n"),
		"a table without outputs":        {"a.decision.yaml", "decision: a\ninputs: {b: text}\n"},
		"a pack without a name":          {"pack.yaml", "currency: CNY\n"},
		"a message of another shape":     {"a.types.yaml", "messages: {goods.arrived: {body: {}}}\n"},
		"a case without expectations":    {"a.test.yaml", "tests: a\ncases: [{name: b}]\n"},
		"an act that does nothing":       {"a.test.yaml", "tests: a\ncases: [{name: b, story: [{as: c}], expect: {}}]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Error(t, validate(t, schemas, file[0], []byte(file[1])))
		})
	}
}

func TestTheSchemasFindTheMistakesOfShapeAmongTheBrokenPacks(t *testing.T) {
	schemas := compiled(t)
	for _, broken := range []string{"unknown_key", "two_kinds", "wrong_shape", "key_without_value", "trigger_shape", "no_map"} {
		archive, err := txtar.ParseFile("../testdata/err/" + broken + ".txtar")
		require.NoError(t, err)
		found := 0
		for _, f := range archive.Files {
			if _, known := schema.Describe().FileOf(f.Name); known && validate(t, schemas, f.Name, f.Data) != nil {
				found++
			}
		}
		require.NotZero(t, found, broken)
	}
}

func TestEveryKeyIsExplainedWithExamplesThatFit(t *testing.T) {
	schemas := compiled(t)
	require.NotEmpty(t, schemas)
	l := schema.Describe()
	for _, m := range l.Maps() {
		require.NotEmpty(t, m.Doc, m.Name)
		for _, k := range m.Keys {
			require.NotEmpty(t, k.Title, "%s of %s", k.Name, m.Name)
			require.True(t, strings.HasSuffix(k.Doc, "."), "%s of %s: %q", k.Name, m.Name, k.Doc)
			require.NotEmpty(t, k.Examples, "%s of %s", k.Name, m.Name)
			for _, e := range k.Examples {
				_, found := definitions.ReadYAML("example.yaml", []byte(k.Name+": "+e+"\n"))
				require.Empty(t, found, "%s: %s", k.Name, e)
			}
		}
		for _, v := range m.Variants {
			require.NotNil(t, l.Map(v.Map), v.Map)
		}
	}
}
