package definitions

import (
	"slices"
	"strconv"

	"waybill/definitions/value"
)

// keys reads a mapping: every key that is asked for is known, and done reports the others.
type keys struct {
	n     *node
	what  string // for messages: "a task"
	found *findings
	asked []string
	none  bool // it is no mapping, which is reported
}

// keysOf begins to read n, which must be a mapping.
func keysOf(n *node, what string, f *findings) *keys {
	none := n != nil && n.kind != mapping
	if none {
		if !n.missing {
			f.add(n.pos(), codeWrongShape, "%s is written as a map (key: value), but this is %s", what, n.kind)
		}
		n = &node{src: n.src, kind: mapping, line: n.line, col: n.col}
	}
	return &keys{n: n, what: what, found: f, none: none}
}

// take returns the value of a key, nil where it is not there or has no value.
func (k *keys) take(name string) *node {
	k.asked = append(k.asked, name)
	if v := k.n.get(name); v != nil && !v.missing {
		return v
	}
	return nil
}

// has reports whether the key is written, be it without a value.
func (k *keys) has(name string) bool { return k.n.get(name) != nil }

// need is take for a key that must be there.
func (k *keys) need(name string) *node {
	v := k.take(name)
	if v == nil && !k.has(name) && !k.none {
		k.found.add(k.n.pos(), codeMissingKey, "%s needs the key %q", k.what, name)
	}
	return v
}

// at returns the place of a key, that of the mapping where it is not written.
func (k *keys) at(name string) Position {
	for _, p := range k.n.pairs {
		if p.key.text == name {
			return p.key.pos()
		}
	}
	return k.n.pos()
}

// text returns the text of a key, "" where it is not there.
func (k *keys) text(name string) string {
	return k.scalar(name, k.take(name))
}

func (k *keys) scalar(name string, v *node) string {
	if v == nil {
		return ""
	}
	if v.kind != scalar {
		k.found.add(v.pos(), codeWrongShape, "%q is %s, but a text was expected", name, v.kind)
		return ""
	}
	return v.text
}

// flag returns whether a key says true.
func (k *keys) flag(name string) bool {
	v := k.take(name)
	switch text := k.scalar(name, v); text {
	case "true":
		return true
	case "", "false":
	default:
		k.found.add(v.pos(), codeWrongValue, "%q is true or false, not %q", name, clip(text))
	}
	return false
}

// number returns the whole number of a key, at least 1; otherwise where it is not there.
func (k *keys) number(name string, otherwise int) int {
	v := k.take(name)
	text := k.scalar(name, v)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1_000_000_000 {
		k.found.add(v.pos(), codeWrongValue, "%q is a whole number of at least 1, not %q", name, clip(text))
		return otherwise
	}
	return n
}

// oneOf returns the text of a key that must be one of words; the first where it is not there.
func (k *keys) oneOf(name string, words ...string) string {
	v := k.take(name)
	text := k.scalar(name, v)
	if text == "" {
		return words[0]
	}
	if !slices.Contains(words, text) {
		written := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return word == "" })
		found := k.found.add(v.pos(), codeWrongValue, "%q is %s, not %q", name, oneOf(written), clip(text))
		if near := nearest(text, written); near != "" {
			found.Mend = mendLine(v, v.text, near)
		}
		return words[0]
	}
	return text
}

// list returns the entries of a key that must be a list.
func (k *keys) list(name string) []*node {
	v := k.take(name)
	if v == nil {
		return nil
	}
	if v.kind != sequence {
		k.found.add(v.pos(), codeWrongShape, "%q is %s, but a list was expected", name, v.kind)
		return nil
	}
	return present(v.items)
}

// oneOrMore returns the entries of a key that is one value or a list of them.
func (k *keys) oneOrMore(name string) []*node {
	v := k.take(name)
	switch {
	case v == nil:
		return nil
	case v.kind == sequence:
		return present(v.items)
	}
	return []*node{v}
}

// entries returns the pairs of a key that must be a mapping; those without a value are among them.
func (k *keys) entries(name string) []pair {
	v := k.take(name)
	if v == nil {
		return nil
	}
	return k.pairs(name, v)
}

func (k *keys) pairs(name string, v *node) []pair {
	if v.kind != mapping {
		k.found.add(v.pos(), codeWrongShape, "%q is %s, but a map (key: value) was expected", name, v.kind)
		return nil
	}
	return v.pairs
}

// present drops the entries that have no value, which are reported already.
func present(items []*node) []*node {
	return slices.DeleteFunc(slices.Clone(items), func(n *node) bool { return n.missing })
}

// title returns the text of a key in one or several languages, nil where it is not there.
func (k *keys) title(name string) value.Title {
	v := k.take(name)
	if v == nil {
		return nil
	}
	return titleOf(v, name, k.found)
}

// titleOf reads one text, or a map of texts by language.
func titleOf(v *node, name string, f *findings) value.Title {
	switch v.kind {
	case scalar:
		return value.Title{"": v.text}
	case sequence:
		f.add(v.pos(), codeWrongShape, "%q is a text or a map of texts by language, not a list", name)
		return nil
	}
	title := make(value.Title, len(v.pairs))
	for _, p := range v.pairs {
		switch {
		case !isLanguage(p.key.text):
			f.add(p.key.pos(), codeWrongValue, "%q is no language; %q is a map by language such as {en: ..., zh-CN: ...}", clip(p.key.text), name)
		case p.value.kind != scalar:
			f.add(p.value.pos(), codeWrongShape, "the text for %s is %s", p.key.text, p.value.kind)
		case !p.value.missing:
			title[p.key.text] = p.value.text
		}
	}
	return title
}

// isLanguage reports whether tag looks like en, zh-CN or zh-Hant-TW.
func isLanguage(tag string) bool {
	letters := 0
	for i, r := range tag {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' && i > 3:
			letters++
		case r != '-' || i < 2:
			return false
		}
	}
	return letters >= 2 && len(tag) <= 16
}

// done reports the keys that nothing asked for.
func (k *keys) done() {
	if k.n == nil {
		return
	}
	k.found.survey.noteKeys(k)
	for _, p := range k.n.pairs {
		if !slices.Contains(k.asked, p.key.text) {
			k.found.unknown(p.key, codeUnknownKey, k.asked, "%s has no key %q", k.what)
		}
	}
}
