package bpmn

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The limits of a file, so that no file can hurt who reads it.
const (
	maxSize     = 4 << 20
	maxDepth    = 100
	maxElements = 50_000
	maxNodes    = 2_000 // of one process or sub-process
	maxSteps    = 2_000 // that may come of a file; ways that meet crosswise are written out more than once
)

// errTooDeep reports XML that is nested too deep.
var errTooDeep = fmt.Errorf("nested more than %d deep", maxDepth)

// element is an element of XML.
type element struct {
	space, name string
	line        int
	attributes  map[string]string // by their local names, those without a namespace; others after it and a space
	children    []*element
	text        string
}

// attribute returns an attribute without a namespace, "" where it is not there.
func (e *element) attribute(name string) string { return strings.TrimSpace(e.attributes[name]) }

// child returns the first child of a name in BPMN's namespace, nil where there is none.
func (e *element) child(name string) *element {
	for _, c := range e.children {
		if c.space == modelSpace && c.name == name {
			return c
		}
	}
	return nil
}

// extended returns the elements of a name, of whatever namespace, in the extension of an element, at any depth.
func (e *element) extended(name string) []*element {
	var out []*element
	var visit func(e *element)
	visit = func(e *element) {
		for _, c := range e.children {
			if c.name == name {
				out = append(out, c)
			}
			visit(c)
		}
	}
	if extension := e.child("extensionElements"); extension != nil {
		visit(extension)
	}
	return out
}

// readXML reads the one element of a file. Entities of its own are refused, and what is too large.
func readXML(r io.Reader) (*element, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxSize {
		return nil, fmt.Errorf("larger than %d MiB", maxSize>>20)
	}
	decoder := xml.NewDecoder(strings.NewReader(string(text)))
	var root *element
	var open []*element
	for count := 0; ; {
		line, _ := decoder.InputPos()
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, fmt.Errorf("line %d: a document type, which could hide entities; take it out", line)
		case xml.StartElement:
			if count++; count > maxElements {
				return nil, fmt.Errorf("line %d: more than %d elements", line, maxElements)
			}
			if len(open) == maxDepth {
				return nil, fmt.Errorf("line %d: %w", line, errTooDeep)
			}
			e := begun(t, line)
			if len(open) > 0 {
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			} else {
				root = e
			}
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(t)
			}
		}
	}
	if root == nil {
		return nil, errors.New("no XML in it")
	}
	return root, nil
}

func begun(t xml.StartElement, line int) *element {
	e := &element{space: t.Name.Space, name: t.Name.Local, line: line, attributes: map[string]string{}}
	for _, a := range t.Attr {
		name := a.Name.Local
		if a.Name.Space != "" {
			name = a.Name.Space + " " + name
		}
		e.attributes[name] = a.Value
	}
	return e
}
