package diagram

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteMermaid writes the diagram as a Mermaid flowchart, which lays itself out where it is shown: in
// Markdown on many sites. Events on the edge of an activity are bound to it by a dotted line.
func (d *Diagram) WriteMermaid(w io.Writer) error {
	m := &mermaid{Writer: bufio.NewWriter(w), of: d, ids: map[*Shape]string{}}
	for i, s := range d.Shapes {
		m.ids[s] = fmt.Sprintf("n%d", i)
	}
	direction := "LR"
	if d.Direction == Down {
		direction = "TB"
	}
	m.line("---")
	m.line("title: %s", quoted(d.Title))
	m.line("---")
	m.line("flowchart %s", direction)
	m.inside(nil)
	for _, s := range d.Shapes {
		if s.Host != nil {
			m.line("%s -.- %s", m.ids[s.Host], m.ids[s])
		}
	}
	for _, f := range d.Flows {
		arrow := "-->"
		if f.Association {
			arrow = "-.->"
		}
		if f.Name != "" {
			arrow += "|" + quoted(f.Name) + "|"
		}
		m.line("%s %s %s", m.ids[f.From], arrow, m.ids[f.To])
	}
	m.line("classDef person fill:#e6f4ff,stroke:#0958d9,color:#1f1f1f")
	m.line("classDef bad fill:#fff1f0,stroke:#a8071a,color:#1f1f1f")
	m.classes("person", func(s *Shape) bool { return s.Element == UserTask })
	m.classes("bad", func(s *Shape) bool { return s.Event == Error || s.Event == Compensate })
	return m.Flush()
}

type mermaid struct {
	*bufio.Writer
	of    *Diagram
	ids   map[*Shape]string
	depth int
}

func (m *mermaid) line(format string, args ...any) {
	fmt.Fprintf(m, "%s"+format+"\n", append([]any{strings.Repeat("  ", m.depth)}, args...)...)
}

// inside writes what lies directly in a sub-process, or in the process for nil.
func (m *mermaid) inside(parent *Shape) {
	m.depth++
	for _, s := range m.of.Shapes {
		if s.Parent != parent {
			continue
		}
		if s.Element != SubProcess {
			m.line("%s%s", m.ids[s], m.form(s))
			continue
		}
		m.line("subgraph %s[%s]", m.ids[s], quoted(strings.Join(append([]string{s.Name}, s.Detail...), " · ")))
		m.inside(s)
		m.line("end")
	}
	m.depth--
}

// form returns the brackets that give a shape its form, around its text.
func (m *mermaid) form(s *Shape) string {
	text := quoted(strings.TrimSpace(strings.Join(append([]string{s.Name}, s.Detail...), "\n")))
	switch {
	case s.Element == EndEvent:
		return "(((" + text + ")))"
	case s.Element.Event():
		return "((" + text + "))"
	case s.Element.Gateway():
		return "{" + text + "}"
	case s.Element == CallActivity:
		return "[[" + text + "]]"
	}
	return "[" + text + "]"
}

func (m *mermaid) classes(class string, belongs func(*Shape) bool) {
	var ids []string
	for _, s := range m.of.Shapes {
		if belongs(s) {
			ids = append(ids, m.ids[s])
		}
	}
	if len(ids) > 0 {
		m.line("class %s %s", strings.Join(ids, ","), class)
	}
}

// quoted writes a text so that Mermaid takes none of it for its own.
func quoted(text string) string {
	text = strings.NewReplacer("&", "#amp;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "#", "#35;", "`", "#96;", "\n", "<br/>").Replace(text)
	if text == "" {
		text = " "
	}
	return `"` + text + `"`
}
