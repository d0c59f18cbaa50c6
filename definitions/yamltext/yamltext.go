// Package yamltext writes values of a pack's files as YAML that the reader of packs, a YAML 1.1 reader and
// editors read alike.
package yamltext

import (
	"strings"

	"waybill/definitions"
)

// width is how long a map or list in braces may be before it is written over several lines.
const width = 110

// Text makes a text.
func Text(text string) *definitions.Written {
	return &definitions.Written{Kind: definitions.WrittenText, Text: text, Plain: plain(text)}
}

// Map makes a map of names and values in turn. A nil value is left out.
func Map(names ...any) *definitions.Written {
	out := &definitions.Written{Kind: definitions.WrittenMap}
	for i := 0; i+1 < len(names); i += 2 {
		name, _ := names[i].(string)
		switch value := names[i+1].(type) {
		case string:
			Set(out, name, Text(value))
		case *definitions.Written:
			if value != nil {
				Set(out, name, value)
			}
		}
	}
	return out
}

// List makes a list.
func List(items ...*definitions.Written) *definitions.Written {
	return &definitions.Written{Kind: definitions.WrittenList, Items: items}
}

// Set gives a name in a map a value, at the end where the name is new.
func Set(m *definitions.Written, name string, value *definitions.Written) {
	for i, e := range m.Entries {
		if e.Key.Text == name {
			m.Entries[i].Value = value
			return
		}
	}
	m.Entries = append(m.Entries, definitions.WrittenEntry{Key: Text(name), Value: value})
}

// Get returns the value of a name in a map, nil where it has none.
func Get(m *definitions.Written, name string) *definitions.Written {
	for _, e := range m.Entries {
		if e.Key.Text == name {
			return e.Value
		}
	}
	return nil
}

// Flow writes a value on one line: maps in braces, lists in brackets.
func Flow(w *definitions.Written) string {
	switch w.Kind {
	case definitions.WrittenMap:
		parts := make([]string, len(w.Entries))
		for i, e := range w.Entries {
			parts[i] = Flow(e.Key) + ": " + Flow(e.Value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case definitions.WrittenList:
		parts := make([]string, len(w.Items))
		for i, item := range w.Items {
			parts[i] = Flow(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return scalar(w)
}

// Block writes a map over as many lines as it needs, with a line break at its end.
func Block(w *definitions.Written) string {
	var out strings.Builder
	for _, e := range w.Entries {
		entry(&out, e, "")
	}
	return out.String()
}

// entry writes an entry of a map; what belongs to it stands further in than its indentation.
func entry(out *strings.Builder, e definitions.WrittenEntry, indent string) {
	out.WriteString(indent + Flow(e.Key) + ":")
	value(out, e.Key.Text, e.Value, indent)
}

// value writes what stands behind a colon.
func value(out *strings.Builder, name string, w *definitions.Written, indent string) {
	switch {
	case w.Kind == definitions.WrittenText && strings.Contains(w.Text, "\n"):
		out.WriteString(" |\n")
		for line := range strings.SplitSeq(strings.TrimSuffix(w.Text, "\n"), "\n") {
			out.WriteString(strings.TrimRight(indent+"  "+line, " ") + "\n")
		}
	case w.Kind == definitions.WrittenText, len(w.Entries)+len(w.Items) == 0, !steps(name, w) && short(w, width-len(indent)-len(name)):
		out.WriteString(" " + Flow(w) + "\n")
	case w.Kind == definitions.WrittenMap:
		out.WriteString("\n")
		for _, e := range w.Entries {
			out.WriteString(indent + "  " + Flow(e.Key) + ":")
			holds := e.Key.Text
			if name == "on_error" { // whose entries are steps by codes
				holds = "steps"
			}
			value(out, holds, e.Value, indent+"  ")
		}
	default:
		out.WriteString("\n")
		for _, item := range w.Items {
			member(out, name, item, indent+"  ")
		}
	}
}

// member writes an item of a list.
func member(out *strings.Builder, name string, w *definitions.Written, indent string) {
	if w.Kind != definitions.WrittenMap || !blocky(name) && short(w, width-len(indent)) {
		out.WriteString(indent + "- " + Flow(w) + "\n")
		return
	}
	for i, e := range w.Entries {
		lead := indent + "  "
		if i == 0 {
			lead = indent + "- "
		}
		out.WriteString(lead + Flow(e.Key) + ":")
		value(out, e.Key.Text, e.Value, indent+"  ")
	}
}

// short tells whether a value takes less room on one line than there is. It looks at no more of it.
func short(w *definitions.Written, room int) bool { return left(w, room) > 0 }

// left returns what a value leaves of the room on a line.
func left(w *definitions.Written, room int) int {
	const between = 2 // brackets, or a comma or colon with its space
	room -= len(w.Text) + between
	for _, e := range w.Entries {
		if room <= 0 {
			break
		}
		room = left(e.Value, room-len(e.Key.Text)-between)
	}
	for _, item := range w.Items {
		if room <= 0 {
			break
		}
		room = left(item, room)
	}
	return room
}

// steps tells whether a value holds steps, which stand on lines of their own.
func steps(name string, w *definitions.Written) bool {
	return blocky(name) && len(w.Items) > 0 || name == "on_error"
}

// blocky tells whether the items of a list are steps, or hold some.
func blocky(name string) bool {
	switch name {
	case "steps", "else", "choose", "parallel", "first_of", "events", "compensation", "on_reject", "then_each":
		return true
	}
	return false
}

// scalar writes a text, quoted where it must be.
func scalar(w *definitions.Written) string {
	switch {
	case strings.ContainsAny(w.Text, "\n\t\r\u0085\u2028\u2029") || strings.ContainsFunc(w.Text, func(r rune) bool { return r < ' ' }):
		return double(w.Text)
	case w.Plain && plain(w.Text):
		return w.Text
	}
	return "'" + strings.ReplaceAll(w.Text, "'", "''") + "'"
}

// plain tells whether a text may stand without quotes anywhere, in braces too.
func plain(text string) bool {
	switch {
	case text == "", strings.TrimSpace(text) != text, strings.ContainsAny(text, ",?[]{}#\"'`\\|"), strings.Contains(text, ": "), strings.HasSuffix(text, ":"):
		return false
	case strings.ContainsRune("!&*%@>-:", rune(text[0])) && !negative(text), text == "~", text == "<<":
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == '\u0085' || r == '\u2028' || r == '\u2029' || r == '\uFEFF' })
}

// negative tells whether a text that begins with a dash is a number or a time.
func negative(text string) bool {
	return len(text) > 1 && text[0] == '-' && text[1] >= '0' && text[1] <= '9'
}

// double writes a text in double quotes, which know line breaks.
func double(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\t':
			out.WriteString(`\t`)
		case r < ' ' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			const digits = "0123456789abcdef"
			out.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				out.WriteByte(digits[r>>shift&15])
			}
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
