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
	for i, f := range conditions {
		source := strings.TrimSpace(f.Source())
		if source == "true" {
			return true
		}
		for _, other := range conditions[:i] {
			if opposite(source, strings.TrimSpace(other.Source())) {
				return true
			}
		}
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

// opposite reports whether a and b are x and not x, or the two sides of a comparison: < and >=.
func opposite(a, b string) bool {
	if a == "not "+b || b == "not "+a || a == "not ("+b+")" || b == "not ("+a+")" {
		return true
	}
	for _, pair := range [][2]string{{" < ", " >= "}, {" > ", " <= "}, {" == ", " != "}} {
		if flip(a, pair[0], pair[1]) == b || flip(b, pair[0], pair[1]) == a {
			return true
		}
	}
	return false
}

// flip turns the one operator of a comparison into its opposite; "" where there are more.
func flip(source, operator, other string) string {
	for _, joined := range []string{" and ", " or ", "&&", "||", " ? "} {
		if strings.Contains(source, joined) {
			return ""
		}
	}
	if strings.Count(source, operator) != 1 {
		return ""
	}
	return strings.Replace(source, operator, other, 1)
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
