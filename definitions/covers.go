package definitions

import (
	"slices"
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// covers reports whether one of the conditions always holds: one is true, two are each other's
// opposite, or together they name every choice of one piece of data. It sees only conditions that are
// written as one comparison.
func (c *compiler) covers(conditions []*formula.Formula) bool {
	if len(conditions) == 0 || slices.Contains(conditions, nil) {
		return len(conditions) > 0
	}
	named := map[string]map[string]bool{}
	written := map[string]bool{}
	for _, f := range conditions {
		source := strings.TrimSpace(f.Source())
		if source == "true" {
			return true
		}
		for _, opposite := range opposites(source) {
			if written[opposite] {
				return true
			}
		}
		written[source] = true
		path, choice, ok := equality(source)
		if !ok {
			continue
		}
		if named[path] == nil {
			named[path] = map[string]bool{}
		}
		named[path][choice] = true
		if t := c.typeAt(path); t != nil && t.Kind == value.Choice && !t.Optional && len(named[path]) == len(t.Choices) {
			return true
		}
	}
	return false
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

// opposites returns how the opposite of a condition may be written: with not, or, where it is one
// comparison, with the operator that says the contrary.
func opposites(source string) []string {
	out := []string{"not " + source, "not (" + source + ")"}
	if bare, ok := strings.CutPrefix(source, "not "); ok {
		out = append(out, bare, strings.TrimSuffix(strings.TrimPrefix(bare, "("), ")"))
	}
	for _, joined := range []string{" and ", " or ", "&&", "||", " ? "} {
		if strings.Contains(source, joined) {
			return out
		}
	}
	for _, pair := range [][2]string{{" < ", " >= "}, {" > ", " <= "}, {" == ", " != "}} {
		for i, operator := range pair {
			if strings.Count(source, operator) == 1 {
				out = append(out, strings.Replace(source, operator, pair[1-i], 1))
			}
		}
	}
	return out
}

// typeAt returns the type that a dotted path leads to, nil where it leads nowhere.
func (c *compiler) typeAt(path string) *value.Type {
	root, rest := cutPath(path)
	t := c.flow.names[root]
	for t != nil && rest != "" {
		optional := t.Optional
		root, rest = cutPath(rest)
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
