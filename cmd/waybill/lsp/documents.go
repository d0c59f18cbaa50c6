package lsp

import (
	"context"
	"slices"
	"strings"
	"time"

	"waybill/definitions"
	"waybill/definitions/editor"
)

// note takes a notification. One that cannot be understood is left out, as the protocol wants it.
func (s *server) note(m message) {
	switch m.Method {
	case "textDocument/didOpen":
		p, err := params[openParams](m)
		if err != nil {
			return
		}
		if file, err := pathOf(p.TextDocument.URI); err == nil {
			s.work.set(file, p.TextDocument)
		}
	case "textDocument/didChange":
		s.change(m)
	case "textDocument/didClose":
		p, err := params[openParams](m)
		if err != nil {
			return
		}
		if file, err := pathOf(p.TextDocument.URI); err == nil {
			s.work.closed(file)
		}
	case "textDocument/didSave", "workspace/didChangeWatchedFiles":
		s.work.changed()
	default:
		return
	}
	select {
	case s.dirty <- struct{}{}:
	default:
	}
}

func (s *server) change(m message) {
	p, err := params[changeParams](m)
	if err != nil {
		return
	}
	file, err := pathOf(p.TextDocument.URI)
	if err != nil {
		return
	}
	text := s.work.document(file).Text
	for _, c := range p.ContentChanges {
		if c.Range == nil {
			text = c.Text
			continue
		}
		text = editor.Replace(text, editor.Range{
			From: editor.FromUTF16(text, c.Range.Start.Line, c.Range.Start.Character),
			To:   editor.FromUTF16(text, c.Range.End.Line, c.Range.End.Character),
		}, c.Text)
	}
	p.TextDocument.Text = text
	s.work.set(file, p.TextDocument)
}

// watch looks for mistakes when nothing has changed for a while.
func (s *server) watch(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.dirty:
		}
		if !s.quiet(ctx) {
			return nil
		}
		for _, folder := range s.work.folders() {
			if err := s.report(folder); err != nil {
				return err
			}
		}
		if err := s.forget(); err != nil {
			return err
		}
	}
}

// quiet waits until nothing has changed for a while; false where the server ends.
func (s *server) quiet(ctx context.Context) bool {
	timer := time.NewTimer(s.options.Quiet)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-s.dirty:
			timer.Reset(s.options.Quiet)
		case <-timer.C:
			return true
		}
	}
}

// report sends the mistakes of the pack in a folder, and empty lists for the files that had some and have none now.
func (s *server) report(folder string) error {
	pack := s.work.pack(folder)
	lists := map[string][]diagnostic{}
	for _, m := range pack.Mistakes() {
		uri := s.work.uriOf(folder, m.Pos.File)
		lists[uri] = append(lists[uri], s.diagnostic(pack.Text(m.Pos.File), m))
	}
	for _, uri := range s.work.toReport(folder, lists) {
		list := lists[uri]
		if list == nil {
			list = []diagnostic{}
		}
		if err := s.wire.notify("textDocument/publishDiagnostics", diagnosticsParams{URI: uri, Diagnostics: list}); err != nil {
			return err
		}
	}
	return nil
}

// forget takes back the mistakes of packs of which no document is open.
func (s *server) forget() error {
	for _, uri := range s.work.noLongerOpen() {
		if err := s.wire.notify("textDocument/publishDiagnostics", diagnosticsParams{URI: uri, Diagnostics: []diagnostic{}}); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) diagnostic(text string, m editor.Mistake) diagnostic {
	d := diagnostic{Range: spanOf(text, m.Range), Severity: 1, Code: m.Code, Source: "waybill", Message: m.Message}
	if m.Severity == definitions.Warning {
		d.Severity = 2
	}
	if s.docs != "" {
		d.CodeDescription = &codeDescription{s.docs + "#" + m.Code}
	}
	return d
}

// toReport returns the documents of a pack about which the editor is to be told: those with mistakes, those that had
// some, and those that are open.
func (w *workspace) toReport(folder string, lists map[string][]diagnostic) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	uris := map[string]bool{}
	for uri := range lists {
		uris[uri] = true
	}
	for uri := range w.reported {
		if file, err := pathOf(uri); err == nil && folderOf(file) == folder {
			uris[uri] = true
		}
	}
	for file, d := range w.open {
		if w.isOurs(file) && folderOf(file) == folder {
			uris[d.URI] = true
		}
	}
	out := make([]string, 0, len(uris))
	for uri := range uris {
		out = append(out, uri)
		if w.reported[uri] = len(lists[uri]) > 0; !w.reported[uri] {
			delete(w.reported, uri)
		}
	}
	slices.SortFunc(out, strings.Compare)
	return out
}

// noLongerOpen returns the documents with mistakes whose packs have no open document, and forgets them.
func (w *workspace) noLongerOpen() []string {
	folders := w.folders()
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for uri := range w.reported {
		if file, err := pathOf(uri); err == nil && !slices.Contains(folders, folderOf(file)) {
			out = append(out, uri)
			delete(w.reported, uri)
		}
	}
	slices.Sort(out)
	return out
}
