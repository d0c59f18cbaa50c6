package catalogue

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"waybill/definitions/value"
)

// Markdown writes the documentation of all actions, records and objects, by area and name.
func (r *Registry) Markdown(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "# Actions")
	previous := ""
	for _, name := range r.Actions() {
		if a := area(name); a != previous {
			fmt.Fprintf(out, "\n## %s\n", a)
			previous = a
		}
		r.actions[name].markdown(out)
	}
	if len(r.records) > 0 {
		fmt.Fprintln(out, "\n## Records")
		for _, name := range slices.Sorted(maps.Keys(r.records)) {
			fmt.Fprintf(out, "\n### %s\n", name)
			markdownFields(out, "field", r.records[name].Fields)
		}
	}
	if len(r.objects) > 0 {
		fmt.Fprintln(out, "\n## Objects")
		for _, name := range r.Objects() {
			fmt.Fprintf(out, "\n### %s\n\n%s\n", name, r.objects[name].doc)
			markdownFields(out, "field", r.objects[name].typ.Fields)
		}
	}
	return out.Flush()
}

func (a *action) markdown(out io.Writer) {
	fmt.Fprintf(out, "\n### %s\n\n%s\n", a.Name, a.Doc)
	markdownFields(out, "input", a.Inputs)
	markdownFields(out, "output", a.Outputs)
	if len(a.Errors) > 0 {
		fmt.Fprint(out, "\n| error | means |\n|---|---|\n")
		for _, e := range a.Errors {
			fmt.Fprintf(out, "| %s | %s |\n", e.Code, cell(e.Doc))
		}
	}
	if a.Inverse != "" {
		fmt.Fprintf(out, "\nUndone by %s.\n", a.Inverse)
	}
	if a.Contended {
		fmt.Fprint(out, "\nLocks what other instances want too: it ends its turn.\n")
	}
	if a.Remote {
		fmt.Fprint(out, "\nRemote: it runs outside the turn.\n")
	}
}

func markdownFields(out io.Writer, heading string, fields []value.Field) {
	if len(fields) == 0 {
		return
	}
	fmt.Fprintf(out, "\n| %s | type | |\n|---|---|---|\n", heading)
	for _, f := range fields {
		notes := f.Help[""]
		if f.Type.Personal {
			notes = strings.TrimSpace(notes + " (personal)")
		}
		fmt.Fprintf(out, "| %s | %s | %s |\n", f.Name, cell(f.Type.String()), cell(notes))
	}
}

// cell keeps a text inside its column.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
