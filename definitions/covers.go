package definitions

import (
	"slices"
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// covers reports whether one of the conditions always holds.
func (c *compiler) covers(conditions []*formula.Formula) bool {
	if len(conditions) == 0 || slices.Contains(conditions, nil) {
		return len(conditions) > 0
	}
	return formula.Cover(conditions, c.typeAt)
}

// equality reads path == "choice".
func equality(source string) (path, choice string, ok bool) {
	path, quoted, ok := strings.Cut(source, "==")
	path, quoted = strings.TrimSpace(path), strings.TrimSpace(quoted)
	if !ok || len(quoted) < 2 || quoted[0] != '"' || strings.Count(quoted, `"`) != 2 || quoted[len(quoted)-1] != '"' {
		return "", "", false
	}
	return path, quoted[1 : len(quoted)-1], isPath(path)
}

func isPath(text string) bool {
	for part := range strings.SplitSeq(text, ".") {
		if !value.IsName(part) {
			return false
		}
	}
	return true
}

// typeAt returns the type that a dotted path leads to, nil where it leads nowhere.
func (c *compiler) typeAt(path string) *value.Type {
	root, rest := cutPath(path)
	t := c.flow.names[root]
	for t != nil && rest != "" {
		optional := t.Optional
		root, rest = cutPath(rest)
		if t.Kind == value.Ref {
			if object, known := c.catalogue.Object(t.Name); known {
				t = object
			}
		}
		f, ok := t.Field(root)
		if !ok {
			return nil
		}
		if t = f.Type; optional {
			t = t.AsOptional()
		}
	}
	return t
}
