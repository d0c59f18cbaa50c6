package lsp

import (
	"encoding/json"
	"fmt"

	"waybill/definitions/editor"
)

// params reads what a request brings.
func params[T any](m message) (T, error) {
	var p T
	if err := json.Unmarshal(m.Params, &p); err != nil {
		return p, &failure{codeInvalidParams, fmt.Sprintf("%s: %v", m.Method, err)}
	}
	return p, nil
}

// place is where a request asks.
type place struct {
	placeParams
	pack   *editor.Pack
	file   string
	folder string
	at     editor.Point
}

func (s *server) place(m message) (place, error) {
	p, err := params[placeParams](m)
	if err != nil {
		return place{}, err
	}
	out := place{placeParams: p}
	out.pack, out.file, err = s.work.at(p.TextDocument.URI)
	if err != nil {
		return place{}, err
	}
	file, err := pathOf(p.TextDocument.URI)
	if err != nil {
		return place{}, err
	}
	out.folder = folderOf(file)
	out.at = editor.FromUTF16(out.pack.Text(out.file), p.Position.Line, p.Position.Character)
	return out, nil
}

// spanOf counts a range in UTF-16 units.
func spanOf(text string, r editor.Range) span {
	var s span
	s.Start.Line, s.Start.Character = editor.ToUTF16(text, r.From)
	s.End.Line, s.End.Character = editor.ToUTF16(text, r.To)
	return s
}

func (s *server) completion(m message) (any, error) {
	p, err := s.place(m)
	if err != nil {
		return nil, err
	}
	text := p.pack.Text(p.file)
	out := completionList{Items: []completionItem{}}
	for i, item := range p.pack.Complete(p.file, p.at) {
		one := completionItem{
			Label: item.Label, Kind: completionKind(item.Kind), Detail: item.Detail, SortText: fmt.Sprintf("%04d", i),
			FilterText: item.Label, TextEdit: textEdit{spanOf(text, item.Range), item.Insert},
		}
		if item.Doc != "" {
			one.Documentation = &markup{"markdown", item.Doc}
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

func (s *server) hover(m message) (any, error) {
	p, err := s.place(m)
	if err != nil {
		return nil, err
	}
	hint, ok := p.pack.Hover(p.file, p.at)
	if !ok {
		return nil, nil
	}
	return hover{markup{"markdown", hint.Markdown}, spanOf(p.pack.Text(p.file), hint.Range)}, nil
}

func (s *server) definition(m message) (any, error) {
	p, err := s.place(m)
	if err != nil {
		return nil, err
	}
	return s.locations(p, p.pack.Definition(p.file, p.at)), nil
}

func (s *server) references(m message) (any, error) {
	p, err := s.place(m)
	if err != nil {
		return nil, err
	}
	found := p.pack.References(p.file, p.at)
	if p.Context.IncludeDeclaration {
		return s.locations(p, found), nil
	}
	made := map[editor.Place]bool{}
	for _, d := range p.pack.Definition(p.file, p.at) {
		made[d] = true
	}
	var out []editor.Place
	for _, place := range found {
		if !made[place] {
			out = append(out, place)
		}
	}
	return s.locations(p, out), nil
}

func (s *server) locations(p place, places []editor.Place) []location {
	out := make([]location, len(places))
	for i, at := range places {
		out[i] = location{s.work.uriOf(p.folder, at.File), spanOf(p.pack.Text(at.File), at.Range)}
	}
	return out
}

func (s *server) prepareRename(m message) (any, error) {
	p, err := s.place(m)
	if err != nil {
		return nil, err
	}
	r, err := p.pack.Renameable(p.file, p.at)
	if err != nil {
		return nil, err
	}
	return spanOf(p.pack.Text(p.file), r), nil
}

func (s *server) rename(m message) (any, error) {
	p, err := s.place(m)
	if err != nil {
		return nil, err
	}
	edits, err := p.pack.Rename(p.file, p.at, p.NewName)
	if err != nil {
		return nil, err
	}
	out := workspaceEdit{Changes: map[string][]textEdit{}}
	for file, list := range edits {
		uri := s.work.uriOf(p.folder, file)
		for _, e := range list {
			out.Changes[uri] = append(out.Changes[uri], textEdit{spanOf(p.pack.Text(file), e.Range), e.Text})
		}
	}
	return out, nil
}

func (s *server) symbols(m message) (any, error) {
	p, err := s.place(m)
	if err != nil {
		return nil, err
	}
	return symbolsOf(p.pack.Text(p.file), p.pack.Outline(p.file)), nil
}

func symbolsOf(text string, headings []editor.Heading) []documentSymbol {
	out := make([]documentSymbol, len(headings))
	for i, h := range headings {
		out[i] = documentSymbol{
			Name: h.Name, Detail: h.Detail, Kind: symbolKind(h.Kind), Range: spanOf(text, h.Range), SelectionRange: spanOf(text, h.Title),
			Children: symbolsOf(text, h.Below),
		}
	}
	return out
}

// actions offers to mend the mistakes that a range touches.
func (s *server) actions(m message) (any, error) {
	p, err := params[actionParams](m)
	if err != nil {
		return nil, err
	}
	pack, file, err := s.work.at(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	text := pack.Text(file)
	out := []codeAction{}
	for _, mistake := range pack.Mistakes() {
		r := spanOf(text, mistake.Range)
		if mistake.Pos.File != file || r.End.Line < p.Range.Start.Line || r.Start.Line > p.Range.End.Line {
			continue
		}
		edit, ok := pack.Mend(mistake)
		if !ok {
			continue
		}
		out = append(out, codeAction{
			Title: "Mend: " + mistake.Finding.Mend, Kind: "quickfix", IsPreferred: true,
			Diagnostics: []diagnostic{s.diagnostic(text, mistake)},
			Edit:        workspaceEdit{map[string][]textEdit{p.TextDocument.URI: {{spanOf(text, edit.Range), edit.Text}}}},
		})
	}
	return out, nil
}
