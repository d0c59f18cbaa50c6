package editor

import (
	"fmt"
	"strings"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// titleText writes a title for people: English first, then the other languages.
func titleText(t value.Title) string {
	var parts []string
	if text := t["en"]; text != "" {
		parts = append(parts, text)
	}
	for _, language := range sortedNames(t) {
		if language != "en" {
			parts = append(parts, t[language])
		}
	}
	return strings.Join(parts, " / ")
}

// fieldDoc explains a field in Markdown.
func fieldDoc(f value.Field) string {
	parts := []string{titleText(f.Title), titleText(f.Help), typeDoc(f.Type)}
	return joined(parts)
}

func joined(parts []string) string {
	var out []string
	for _, part := range parts {
		if part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, "\n\n")
}

// typeDoc lists the fields of a record in Markdown, "" for other types.
func typeDoc(t *value.Type) string {
	if t == nil {
		return ""
	}
	if (t.Kind == value.List || t.Kind == value.Map) && t.Elem != nil {
		return typeDoc(t.Elem)
	}
	if t.Kind != value.Record || len(t.Fields) == 0 {
		return ""
	}
	var out strings.Builder
	for _, f := range t.Fields {
		fmt.Fprintf(&out, "- `%s`: %s%s\n", f.Name, f.Type, behind(titleText(f.Title)))
	}
	return out.String()
}

func behind(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

func signature(fields []value.Field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = f.Name + ": " + f.Type.String()
	}
	return strings.Join(parts, ", ")
}

func listed(heading string, fields []value.Field) string {
	if len(fields) == 0 {
		return ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s:\n", heading)
	for _, f := range fields {
		text := titleText(f.Help)
		if text == "" {
			text = titleText(f.Title)
		}
		fmt.Fprintf(&out, "- `%s`: %s%s\n", f.Name, f.Type, behind(text))
	}
	return out.String()
}

func actionDoc(a *definitions.Action) string {
	parts := []string{a.Doc, listed("Inputs", a.Inputs), listed("Gives", a.Outputs)}
	var errors strings.Builder
	for i, e := range a.Errors {
		if i == 0 {
			errors.WriteString("Business errors:\n")
		}
		fmt.Fprintf(&errors, "- `%s`%s\n", e.Code, behind(e.Doc))
	}
	parts = append(parts, errors.String())
	if a.Inverse != "" {
		parts = append(parts, "Undone by `"+a.Inverse+"`.")
	}
	return joined(parts)
}

func functionDoc(f formula.Function) string {
	example := ""
	if f.Example != "" {
		example = "`" + f.Example + "`"
		if f.Result != "" {
			example += " is `" + f.Result + "`"
		}
	}
	return joined([]string{f.Doc, example})
}

func processDoc(p *definitions.Process) string {
	if p == nil {
		return ""
	}
	ends := make([]string, len(p.Outcomes))
	for i, o := range p.Outcomes {
		ends[i] = "`" + o.ID + "`"
	}
	return joined([]string{titleText(p.Title), listed("Input", p.Input), "Ends: " + strings.Join(ends, ", ")})
}

func tableDoc(d *definitions.Decision) string {
	if d == nil {
		return ""
	}
	return joined([]string{titleText(d.Title), listed("Inputs", d.Inputs), listed("Outputs", d.Outputs)})
}
