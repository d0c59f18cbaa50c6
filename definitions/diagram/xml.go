package diagram

import (
	"bufio"
	"io"
	"strings"
)

// xmlWriter writes indented XML.
type xmlWriter struct {
	*bufio.Writer
	open []string
}

func newXML(w io.Writer) *xmlWriter {
	x := &xmlWriter{Writer: bufio.NewWriter(w)}
	x.put(`<?xml version="1.0" encoding="UTF-8"?>`, "\n")
	return x
}

// put writes texts; a write that did not succeed is reported by Flush.
func (x *xmlWriter) put(texts ...string) {
	for _, text := range texts {
		_, _ = x.WriteString(text)
	}
}

// begin opens an element; attributes are names and values in turn, and those without a value are left out.
func (x *xmlWriter) begin(name string, attributes ...string) {
	x.tag(name, attributes)
	x.put(">\n")
	x.open = append(x.open, name)
}

func (x *xmlWriter) end() {
	name := x.open[len(x.open)-1]
	x.open = x.open[:len(x.open)-1]
	x.put(strings.Repeat("  ", len(x.open)), "</", name, ">\n")
}

// leaf writes an element without anything in it.
func (x *xmlWriter) leaf(name string, attributes ...string) {
	x.tag(name, attributes)
	x.put("/>\n")
}

// text writes an element with a text in it.
func (x *xmlWriter) text(name, text string, attributes ...string) {
	x.tag(name, attributes)
	x.put(">", escaped(text), "</", name, ">\n")
}

func (x *xmlWriter) tag(name string, attributes []string) {
	x.put(strings.Repeat("  ", len(x.open)), "<", name)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			x.put(" ", attributes[i], `="`, escaped(attributes[i+1]), `"`)
		}
	}
}
