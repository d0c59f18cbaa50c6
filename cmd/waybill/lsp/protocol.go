package lsp

import "waybill/definitions/editor"

// The parts of the Language Server Protocol 3.17 that the server speaks.

type position struct {
	Line      int `json:"line"`
	Character int `json:"character"` // UTF-16 units
}

type span struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

type document struct {
	URI     string `json:"uri"`
	Version int    `json:"version"`
	Text    string `json:"text"`
}

type initializeParams struct {
	InitializationOptions struct {
		// Docs is where the explanations of findings stand; #code is added.
		Docs string `json:"docs"`
	} `json:"initializationOptions"`
}

type openParams struct {
	TextDocument document `json:"textDocument"`
}

type changeParams struct {
	TextDocument   document `json:"textDocument"`
	ContentChanges []struct {
		Range *span  `json:"range"`
		Text  string `json:"text"`
	} `json:"contentChanges"`
}

type placeParams struct {
	TextDocument document `json:"textDocument"`
	Position     position `json:"position"`
	NewName      string   `json:"newName"`
	Context      struct {
		IncludeDeclaration bool `json:"includeDeclaration"`
	} `json:"context"`
}

type actionParams struct {
	TextDocument document `json:"textDocument"`
	Range        span     `json:"range"`
}

type location struct {
	URI   string `json:"uri"`
	Range span   `json:"range"`
}

type textEdit struct {
	Range   span   `json:"range"`
	NewText string `json:"newText"`
}

type workspaceEdit struct {
	Changes map[string][]textEdit `json:"changes"`
}

type diagnostic struct {
	Range           span             `json:"range"`
	Severity        int              `json:"severity"`
	Code            string           `json:"code"`
	CodeDescription *codeDescription `json:"codeDescription,omitempty"`
	Source          string           `json:"source"`
	Message         string           `json:"message"`
}

type codeDescription struct {
	Href string `json:"href"`
}

type diagnosticsParams struct {
	URI         string       `json:"uri"`
	Version     *int         `json:"version,omitempty"`
	Diagnostics []diagnostic `json:"diagnostics"`
}

type markup struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

type hover struct {
	Contents markup `json:"contents"`
	Range    span   `json:"range"`
}

type completionList struct {
	IsIncomplete bool             `json:"isIncomplete"`
	Items        []completionItem `json:"items"`
}

type completionItem struct {
	Label         string   `json:"label"`
	Kind          int      `json:"kind"`
	Detail        string   `json:"detail,omitempty"`
	Documentation *markup  `json:"documentation,omitempty"`
	SortText      string   `json:"sortText"`
	FilterText    string   `json:"filterText"`
	TextEdit      textEdit `json:"textEdit"`
}

type codeAction struct {
	Title       string        `json:"title"`
	Kind        string        `json:"kind"`
	Diagnostics []diagnostic  `json:"diagnostics"`
	IsPreferred bool          `json:"isPreferred"`
	Edit        workspaceEdit `json:"edit"`
}

type documentSymbol struct {
	Name           string           `json:"name"`
	Detail         string           `json:"detail,omitempty"`
	Kind           int              `json:"kind"`
	Range          span             `json:"range"`
	SelectionRange span             `json:"selectionRange"`
	Children       []documentSymbol `json:"children,omitempty"`
}

// capabilities says what the server can do. Documents are sent whole or in parts, as the editor likes.
func capabilities() map[string]any {
	return map[string]any{
		"positionEncoding":       "utf-16",
		"textDocumentSync":       map[string]any{"openClose": true, "change": 2, "save": map[string]any{}},
		"completionProvider":     map[string]any{"triggerCharacters": []string{".", " ", "{", "[", "(", "\"", "-"}},
		"hoverProvider":          true,
		"definitionProvider":     true,
		"referencesProvider":     true,
		"renameProvider":         map[string]any{"prepareProvider": true},
		"documentSymbolProvider": true,
		"codeActionProvider":     map[string]any{"codeActionKinds": []string{"quickfix"}},
	}
}

// completionKind is the number that the protocol has for an item.
func completionKind(k editor.ItemKind) int {
	switch k {
	case editor.KeyItem:
		return 10 // property
	case editor.StepItem:
		return 14 // keyword
	case editor.DataItem:
		return 6 // variable
	case editor.FieldItem:
		return 5 // field
	case editor.FunctionItem, editor.ActionItem:
		return 3 // function
	case editor.WordItem:
		return 20 // enum member
	case editor.TypeItem:
		return 22 // struct
	}
	return 18 // reference
}

// symbolKind is the number that the protocol has for a heading.
func symbolKind(k editor.HeadingKind) int {
	switch k {
	case editor.FileHeading:
		return 2 // module
	case editor.SectionHeading:
		return 3 // namespace
	case editor.StepHeading:
		return 6 // method
	case editor.CaseHeading:
		return 24 // event
	}
	return 8 // field
}
