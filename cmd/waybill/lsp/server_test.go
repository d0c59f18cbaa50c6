package lsp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/editor"
	"waybill/definitions/value"
	"waybill/engine/scenario"
	"waybill/internal/nodetest"
)

// serves makes this test's binary a server: the one that the client's library starts.
const serves = "WAYBILL_TEST_SERVES"

func TestMain(m *testing.M) {
	if os.Getenv(serves) == "" {
		os.Exit(m.Run())
	}
	options := Options{Catalogue: shopCatalogue(), Version: "test", Quiet: 20 * time.Millisecond}
	if err := Serve(context.Background(), os.Stdin, os.Stdout, options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type catalogue map[string]*definitions.Action

func (c catalogue) Action(name string) (*definitions.Action, bool) {
	a, ok := c[name]
	return a, ok
}
func (c catalogue) Actions() []string                 { return slices.Sorted(maps.Keys(c)) }
func (c catalogue) Object(string) (*value.Type, bool) { return nil, false }
func (c catalogue) Objects() []string                 { return nil }

func shopCatalogue() catalogue {
	text := &value.Type{Kind: value.Text}
	return catalogue{"stock.reserve": {
		Name: "stock.reserve", Doc: "Reserves goods for an order.",
		Inputs: []value.Field{{Name: "order", Type: text}, {Name: "remark", Type: text.AsOptional()}},
	}}
}

// shop writes a small pack into a folder.
func shop(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"pack.yaml":       "name: shop\nroles: {sales: {en: Sales, zh-CN: 销售}}\n",
		"shop.types.yaml": "types:\n  Order: {number: text}\n",
		"order.process.yaml": `process: order
input: {order: Order}
outcomes: {delivered: keep, refused: keep}
steps:
  - stage: check
    steps:
      - task: look
        role: sales
        outcomes: [good, bad]
        show: [order.number]
        form: {remark: optional text}
      - end: refused
        when: order.number == "𝔘检查" and look.outcome == "bad"
      - end: refused
        when: look.remark == "{{ no }}"
  - do: stock.reserve
    with: {order: = order.number}
  - wait: 2d
`,
		"order.test.yaml": "tests: order\ncases:\n  - name: all is well\n    start: {order: {number: SO-1}}\n    story:\n      - complete: look\n        as: li.wei\n        where: {number: SO-1}\n        with: {outcome: good, remark: fine}\n      - advance: 3d\n    expect: {outcome: delivered}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	return folder
}

// heard is what the client's library was told.
type heard struct {
	Early, Refused, Unknown, BadParams, NoFile, Afterwards struct {
		Code    int
		Message string
	}
	Cancelled    json.RawMessage
	Capabilities map[string]any
	Fine         []diagnostic
	FineAgain    []diagnostic
	Saved        []diagnostic
	Wrong        struct {
		diagnostic
		Word string
	}
	Action                       codeAction
	Mended                       string
	Elsewhere                    []string
	Inputs, Data, Fields, Kinds  []string
	Hover                        markup
	Nothing                      any
	Definition, TypeDefinition   []string
	References, Readers, Outline []string
	Prepared                     span
	Renamed                      map[string]int
	FieldReferences              []string
	FieldPrepared                span
	FieldRenamed, FormRenamed    map[string]string
	FieldRefused                 struct{ Message string }
	Shutdown                     any
	Exit                         int
}

func TestAnEditorIsServedThroughTheProtocol(t *testing.T) {
	binary, err := os.Executable()
	require.NoError(t, err)
	out := nodetest.Run(t, "testdata/client.mjs", nil, binary, shop(t))
	var h heard
	require.NoError(t, json.Unmarshal(out, &h), string(out))

	require.Equal(t, codeNotInitialized, h.Early.Code)
	require.Equal(t, true, h.Capabilities["hoverProvider"])
	require.Empty(t, h.Fine)
	require.Equal(t, "outcom", h.Wrong.Word, "the place counts UTF-16 units")
	require.Equal(t, 1, h.Wrong.Severity)
	require.Equal(t, "https://docs.example/findings.md#unknown-field", h.Wrong.CodeDescription.Href)
	require.Equal(t, "quickfix", h.Action.Kind)
	require.Equal(t, `        when: order.number == "𝔘检查" and look.outcome == "bad"`, h.Mended)
	require.Empty(t, h.FineAgain)
	require.Contains(t, h.Elsewhere, "unknown-field", "the other file is not saved")
	require.Empty(t, h.Saved, "closed without saving: the saved file counts")

	require.Equal(t, []string{"order", "remark"}, h.Inputs)
	require.Contains(t, h.Data, "order")
	require.Contains(t, h.Data, "len")
	require.Equal(t, []string{"number"}, h.Fields)
	require.Contains(t, h.Kinds, "task")

	require.Contains(t, h.Hover.Value, "Reserves goods for an order.")
	require.Nil(t, h.Nothing)
	require.Equal(t, []string{"order.process.yaml:7:15"}, h.Definition)
	require.Equal(t, []string{"shop.types.yaml:2:3"}, h.TypeDefinition)
	require.Equal(t, []string{"order.process.yaml:13:42", "order.process.yaml:15:15", "order.process.yaml:7:15", "order.test.yaml:6:19"}, h.References)
	require.Equal(t, []string{"order.process.yaml:13:42", "order.process.yaml:15:15", "order.test.yaml:6:19"}, h.Readers)
	require.Equal(t, span{position{6, 14}, position{6, 18}}, h.Prepared)
	require.Equal(t, map[string]int{"order.process.yaml": 3, "order.test.yaml": 1}, h.Renamed)
	require.Contains(t, h.Refused.Message, "name of a function")
	require.Equal(t, []string{
		"order.process.yaml:10:22", "order.process.yaml:13:21", "order.process.yaml:17:27", "order.test.yaml:4:21", "order.test.yaml:8:17", "shop.types.yaml:2:11",
	}, h.FieldReferences)
	require.Equal(t, span{position{9, 21}, position{9, 27}}, h.FieldPrepared)
	requireRenamed(t, h.FieldRenamed, "编号", map[string]int{"order.process.yaml": 3, "order.test.yaml": 2, "shop.types.yaml": 1})
	requireRenamed(t, h.FormRenamed, "said", map[string]int{"order.process.yaml": 2, "order.test.yaml": 1})
	require.Contains(t, h.FieldRefused.Message, "with the new name the pack would have a mistake")
	require.Contains(t, h.Outline, "   look")

	require.Equal(t, codeNoMethod, h.Unknown.Code)
	require.Equal(t, codeInvalidParams, h.BadParams.Code)
	require.Equal(t, codeInvalidParams, h.NoFile.Code)
	require.NotEmpty(t, h.Cancelled, "answered or not, as it came")
	require.Nil(t, h.Shutdown)
	require.Equal(t, codeInvalidRequest, h.Afterwards.Code)
	require.Zero(t, h.Exit)
}

// requireRenamed requires that the shop with changed files has the name so often in them, is without mistakes,
// and passes its tests.
func requireRenamed(t *testing.T, changed map[string]string, name string, counts map[string]int) {
	t.Helper()
	folder := shop(t)
	got := map[string]int{}
	for file, text := range changed {
		require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600))
		got[file] = strings.Count(text, name)
	}
	require.Equal(t, counts, got)
	pack, findings := definitions.Load(os.DirFS(folder), shopCatalogue())
	require.NotNil(t, pack, findings)
	files, findings := definitions.LoadTests(os.DirFS(folder), pack)
	require.Empty(t, findings)
	for _, c := range files[0].Cases {
		result := scenario.Run(files[0].Process, c)
		require.Empty(t, result.Failures)
	}
}

// talk sends raw bytes to a server and returns its answers.
func talk(t *testing.T, sent string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := Serve(t.Context(), strings.NewReader(sent), &out, Options{Catalogue: shopCatalogue(), Quiet: time.Hour})
	return out.String(), err
}

func framed(bodies ...string) string {
	var out strings.Builder
	for _, body := range bodies {
		fmt.Fprintf(&out, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	return out.String()
}

func TestWhatIsNoMessageIsAnsweredAndTheNextIsRead(t *testing.T) {
	said, err := talk(t, framed(`{no json`, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`, `{"jsonrpc":"2.0","id":"two","method":"shutdown"}`, `{"jsonrpc":"2.0","method":"exit"}`))
	require.NoError(t, err)
	answers := strings.Count(said, "Content-Length")
	require.Equal(t, 3, answers, said)
	require.Contains(t, said, fmt.Sprintf(`"code":%d`, codeParse))
	require.Contains(t, said, `"id":"two","result":null`)
}

func TestAnEditorThatLeavesWithoutShutdownIsNoticed(t *testing.T) {
	for _, sent := range []string{"", framed(`{"jsonrpc":"2.0","method":"exit"}`), "Content-Length: many\r\n\r\n", "Content-Length: 99999999999\r\n\r\n", "Content-Length: 10\r\n\r\n{"} {
		_, err := talk(t, sent)
		require.ErrorIs(t, err, ErrNoShutdown, sent)
	}
}

func TestACancelledRequestIsNotAnswered(t *testing.T) {
	in, editor := io.Pipe()
	served, out := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Serve(t.Context(), in, out, Options{Catalogue: shopCatalogue(), Quiet: time.Hour}) }()
	answers := &wire{in: bufio.NewReader(served)}
	send := func(bodies ...string) {
		_, err := io.WriteString(editor, framed(bodies...))
		require.NoError(t, err)
	}
	send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7}}`, `{"jsonrpc":"2.0","id":7,"method":"initialize","params":{}}`)
	m, err := answers.read()
	require.NoError(t, err)
	require.Equal(t, codeCancelled, m.Error.Code)
	send(`{"jsonrpc":"2.0","method":"exit"}`)
	require.ErrorIs(t, <-done, ErrNoShutdown)
}

func FuzzAnyBytesFromAnEditorAreSurvived(f *testing.F) {
	f.Add(framed(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`, `{"id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///nowhere/a.process.yaml"},"position":{"line":-1,"character":-9}}}`))
	f.Add(framed(`{"id":1,"method":"initialize","params":[]}`, `{"method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///nowhere/a.process.yaml"},"contentChanges":[{"range":{"start":{"line":9,"character":9},"end":{"line":0,"character":0}},"text":"x"}]}}`))
	f.Add("Content-Length: 2\r\n\r\n[]")
	f.Fuzz(func(t *testing.T, sent string) {
		_, err := talk(t, sent)
		if err != nil {
			require.ErrorIs(t, err, ErrNoShutdown)
		}
	})
}

func TestFilesOfOthersAreLeftAlone(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "large.process.yaml"), []byte("process: unread\nsteps: 5\n"), 0o600))
	w := newWorkspace(shopCatalogue())
	open := func(name, text string) string {
		file := filepath.Join(folder, name)
		d := document{URI: "file://" + filepath.ToSlash(file), Text: text}
		w.set(file, d)
		return d.URI
	}
	other := open("compose.yaml", "services: {}\n")
	require.Empty(t, w.folders(), "no pack, no file of a pack")
	pack, file, err := w.at(other)
	require.NoError(t, err)
	require.Empty(t, pack.Complete(file, editor.Point{Line: 1}))

	ours := open("new.process.yaml", "process: new\n")
	require.Equal(t, []string{folder}, w.folders())
	pack, file, err = w.at(ours)
	require.NoError(t, err)
	require.Equal(t, []string{"new.process.yaml"}, pack.Files(), "a folder without pack.yaml is not read")
	require.NotEmpty(t, pack.Complete(file, editor.Point{Line: 1}))
}
