// Package bpmn reads BPMN 2.0 and makes processes of it.
//
// A diagram that package diagram wrote comes back as the process that it was. Of one from another tool the
// blocks are found, every part with one way in and one way out, and written in the language. What has no
// counterpart there, or needs what a diagram does not say, is told with its element and line; nothing is
// left out in silence.
package bpmn

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// Remark is something that did not come over as it stood.
type Remark struct {
	Line    int    `json:"line"`
	Element string `json:"element"`
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
	// Lost says that it is not in the result; else something stands in for it.
	Lost    bool   `json:"lost"`
	Message string `json:"message"`
}

// String writes the remark on one line.
func (r Remark) String() string {
	what := r.Element
	if r.ID != "" {
		what += " " + r.ID
	}
	if r.Name != "" {
		what += fmt.Sprintf(" %q", r.Name)
	}
	return fmt.Sprintf("line %d: %s: %s", r.Line, what, r.Message)
}

// File is a file of a pack.
type File struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Result is what came of a file.
type Result struct {
	Processes []File   `json:"processes"`
	Needs     []File   `json:"needs"` // what a pack must have for them: messages, and processes that they call
	Roles     []string `json:"roles"` // that the pack must have
	Remarks   []Remark `json:"remarks"`
}

// Import reads BPMN 2.0 XML. It fails where the text is not that, or is larger or deeper than it may be.
func Import(r io.Reader) (*Result, error) {
	root, err := readXML(r)
	if err != nil {
		return nil, fmt.Errorf("BPMN: %w", err)
	}
	if root.space != modelSpace || root.name != "definitions" {
		return nil, fmt.Errorf("BPMN: line %d: the file begins with %s, not with definitions of BPMN 2.0", root.line, root.name)
	}
	im := &importer{roots: map[string]*element{}, messages: map[string]bool{}, roles: map[string]bool{}, called: map[string]string{}, givers: map[string]int{}}
	var processes []*element
	for _, e := range root.children {
		if id := e.attribute("id"); id != "" {
			im.roots[id] = e
		}
		if e.space == modelSpace && e.name == "process" {
			processes = append(processes, e)
		}
		if e.space == modelSpace && e.name == "collaboration" {
			im.collaboration(e)
		}
	}
	if len(processes) == 0 {
		return nil, errors.New("BPMN: no process in it")
	}
	result := &Result{Processes: []File{}, Needs: []File{}, Roles: []string{}}
	for _, e := range processes {
		if file, ok := im.process(e); ok {
			result.Processes = append(result.Processes, file)
		}
	}
	if len(result.Processes) == 0 {
		return nil, errors.New("BPMN: no process in it has a step")
	}
	im.needs(result)
	result.Remarks = append([]Remark{}, im.remarks...)
	slices.SortStableFunc(result.Remarks, func(a, b Remark) int { return a.Line - b.Line })
	return result, nil
}

// importer gathers what comes of a file.
type importer struct {
	roots   map[string]*element
	remarks []Remark
	steps   int // made so far

	messages map[string]bool   // that steps of other tools' diagrams wait for or send
	roles    map[string]bool   // that they name
	called   map[string]string // processes that they call, with their titles
	givers   map[string]int    // how many forms give a variable
}

func (im *importer) remark(e *element, lost bool, format string, args ...any) {
	im.remarks = append(im.remarks, Remark{
		Line: e.line, Element: e.name, ID: e.attribute("id"), Name: oneLine(e.attribute("name")), Lost: lost, Message: fmt.Sprintf(format, args...),
	})
}

// lost says of an element that it is not in the result.
func (im *importer) lost(e *element, format string, args ...any) { im.remark(e, true, format, args...) }

// changed says of an element that something stands in for it.
func (im *importer) changed(e *element, format string, args ...any) {
	im.remark(e, false, format, args...)
}

// collaboration tells of what pools and the flows between them say.
func (im *importer) collaboration(e *element) {
	for _, c := range e.children {
		switch {
		case c.name == "messageFlow":
			im.lost(c, "messages find each other by name and key: no line is needed, but both ends must name the same message")
		case c.name == "participant" && c.attribute("processRef") == "":
			im.lost(c, "a pool without a process")
		}
	}
}

// process makes the file of one process, none where there is nothing in it.
func (im *importer) process(e *element) (File, bool) {
	s := im.scopeOf(e)
	if len(s.nodes) == 0 {
		im.lost(e, "nothing in it")
		return File{}, false
	}
	c := &converter{importer: im, ids: map[string]bool{}, names: map[*item]string{}, variables: map[string]variable{}}
	if kept := saidIn(e); len(kept) > 0 && kept[0].kind == "process" && kept[0].key("process") != "" {
		return c.kept(e, kept[0], s), true
	}
	return c.foreign(e, s), true
}
