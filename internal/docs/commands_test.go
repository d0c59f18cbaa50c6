package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// commandLine is the grammar of the command line as the source of cmd/waybill declares it: each command by
// its path, such as "task list". A command with commands of its own is not there.
type commandLine map[string]command

// command is the flags of a command, and the text of its help.
type command struct {
	flags map[string]bool
	help  string
}

func readCommandLine(t *testing.T) commandLine {
	t.Helper()
	files, err := filepath.Glob("../../cmd/waybill/*.go")
	require.NoError(t, err)
	structs, helps := map[string]*ast.StructType{}, map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if fields, ok := spec.Type.(*ast.StructType); ok {
					structs[spec.Name.Name] = fields
				}
			}
			if method, ok := n.(*ast.FuncDecl); ok && method.Name.Name == "Help" && method.Recv != nil {
				if of, ok := method.Recv.List[0].Type.(*ast.Ident); ok {
					helps[of.Name] = textsIn(method)
				}
			}
			return true
		})
	}
	line := commandLine{}
	require.Contains(t, structs, "commands")
	line.add("", "commands", source{structs, helps}, map[string]bool{"help": true, "h": true})
	require.Greater(t, len(line), 10)
	return line
}

// source is what the source of cmd/waybill declares: structs, and the texts of their Help, by name.
type source struct {
	structs map[string]*ast.StructType
	helps   map[string]string
}

// textsIn joins the texts that are written in a piece of source.
func textsIn(n ast.Node) string {
	var texts strings.Builder
	ast.Inspect(n, func(n ast.Node) bool {
		if written, ok := n.(*ast.BasicLit); ok && written.Kind == token.STRING {
			text, _ := strconv.Unquote(written.Value)
			texts.WriteString(text)
		}
		return true
	})
	return texts.String()
}

// add notes the command of a struct, and those below it. above are the flags of the commands above.
func (line commandLine) add(path, name string, from source, above map[string]bool) {
	flags, below := maps.Clone(above), map[string]string{}
	flagsOf(name, from.structs, flags, below)
	if len(below) == 0 {
		line[path] = command{flags, from.helps[name]}
		return
	}
	for word, typ := range below {
		line.add(strings.TrimSpace(path+" "+word), typ, from, flags)
	}
}

// flagsOf gathers what the fields of a struct, and of those it embeds, declare: flags, and the commands
// below by their words.
func flagsOf(name string, structs map[string]*ast.StructType, flags map[string]bool, below map[string]string) {
	if structs[name] == nil {
		return
	}
	for _, field := range structs[name].Fields.List {
		typ, _ := field.Type.(*ast.Ident)
		if len(field.Names) == 0 {
			if typ != nil {
				flagsOf(typ.Name, structs, flags, below)
			}
			continue
		}
		var tag reflect.StructTag
		if field.Tag != nil {
			text, _ := strconv.Unquote(field.Tag.Value)
			tag = reflect.StructTag(text)
		}
		word := tag.Get("name")
		if word == "" {
			word = kebab(field.Names[0].Name)
		}
		_, command := tag.Lookup("cmd")
		_, argument := tag.Lookup("arg")
		switch {
		case command && typ != nil:
			below[word] = typ.Name
		case !argument:
			flags[word] = true
			flags[tag.Get("short")] = true
		}
	}
}

// kebab writes DatabaseURL as kong does: database-url.
func kebab(name string) string {
	var out strings.Builder
	letters := []rune(name)
	for i, r := range letters {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])) {
			out.WriteRune('-')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

func TestEveryCommandAppearsInThePages(t *testing.T) {
	whole := allPages(t)
	for path := range readCommandLine(t) {
		if !strings.Contains(whole, "waybill "+path) && !strings.Contains(whole, "`"+path) {
			t.Errorf("no page shows waybill %s", path)
		}
	}
}

func TestTheHelpOfEveryCommandShowsHowItIsGiven(t *testing.T) {
	for path, c := range readCommandLine(t) {
		if !strings.Contains(c.help, "waybill "+path) {
			t.Errorf("waybill %s --help has no example", path)
		}
	}
}

func TestTheExamplesOfTheHelpCanBeGiven(t *testing.T) {
	line := readCommandLine(t)
	shown := regexp.MustCompile(`(?m)^  (?:[A-Z_]+=\S+ )*waybill (.+)$`)
	flag := regexp.MustCompile(`(?:^|\s)--?([a-z][a-z-]*)`)
	count := 0
	for path, c := range line {
		for _, found := range shown.FindAllStringSubmatch(c.help, -1) {
			given, _, _ := strings.Cut(found[1], "      (")
			of, flags := line.find(given)
			require.NotNil(t, flags, "waybill %s --help shows %q: there is no such command", path, given)
			for _, used := range flag.FindAllStringSubmatch(unquoted(given), -1) {
				require.True(t, flags[used[1]], "waybill %s --help shows %q: %s has no flag %s", path, given, of, used[1])
			}
			count++
		}
	}
	require.Greater(t, count, len(line))
}

// allPages returns the text of all pages.
func allPages(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, page := range pages(t) {
		all.WriteString(readPage(t, page))
	}
	return all.String()
}

func TestEveryCommandThatThePagesShowExists(t *testing.T) {
	line := readCommandLine(t)
	shown := regexp.MustCompile(`(?m)^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:bin/)?waybill (.+)$`)
	flag := regexp.MustCompile(`(?:^|\s)--?([a-z][a-z-]*)`)
	count := 0
	for _, page := range pages(t) {
		for _, f := range fences(readPage(t, page)) {
			if language, _ := f.about(); language != "sh" && language != "console" {
				continue
			}
			for _, found := range shown.FindAllStringSubmatch(f.text, -1) {
				command, _, _ := strings.Cut(found[1], " #")
				path, flags := line.find(command)
				require.NotNil(t, flags, "%s shows %q: there is no such command", page, command)
				for _, used := range flag.FindAllStringSubmatch(unquoted(command), -1) {
					require.True(t, flags[used[1]], "%s shows %q: %s has no flag %s; it has %v", page, command, path, used[1], slices.Sorted(maps.Keys(flags)))
				}
				count++
			}
		}
	}
	require.NotZero(t, count)
}

// find returns the command that a line begins with, and its flags; nil where there is none.
func (line commandLine) find(text string) (string, map[string]bool) {
	words := strings.Fields(text)
	for n := min(2, len(words)); n > 0; n-- {
		path := strings.Join(words[:n], " ")
		if found, ok := line[path]; ok {
			return path, found.flags
		}
	}
	return "", nil
}

// unquoted leaves out what stands in quotes.
func unquoted(text string) string {
	return regexp.MustCompile(`'[^']*'|"[^"]*"`).ReplaceAllString(text, "")
}
