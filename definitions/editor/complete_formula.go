package editor

import (
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// formula completes the word before the marker in a formula that begins at a character of a text.
func (c *completer) formula(d *described, from int) {
	n := d.node
	i := markerIn(n)
	letters := append(append([]letter(nil), n.letters[:i]...), n.letters[i+1:]...)
	list := tokens(letters, from)
	start, end := i, i
	for start > from && isNameRune(letters[start-1].r) {
		start--
	}
	for end < len(letters) && isNameRune(letters[end].r) {
		end++
	}
	r := n.part(start, i)
	if end > i {
		r.To.Column += end - i
	}
	if c.choices(d, list, i) {
		return
	}
	if start > from && letters[start-1].r == '.' {
		c.fieldsBehind(d, list, start, r)
		return
	}
	c.names(d, list, start, r)
}

// fieldsBehind offers what may stand behind a dot.
func (c *completer) fieldsBehind(d *described, list []token, start int, r Range) {
	scope := c.scope(d)
	cut := start - 1 // the dot
	var words []token
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].from >= cut {
			continue
		}
		words = pathBefore(list[:i+1])
		break
	}
	p := dotted{words: words}
	var t *value.Type
	switch {
	case len(words) == 0:
		t = scope.item(list, cut, 0)
	default:
		if first := words[0]; first.text == "" {
			p = dotted{words: words[1:], item: true}
		}
		t = scope.path(p, len(p.words), list)
	}
	for _, f := range scope.fields(t) {
		c.add(f.Name, FieldItem, f.Type.String(), fieldDoc(f), r)
	}
}

// pathBefore returns the words of the dotted path that ends a list of tokens; none where it ends in no word. The path
// of an item begins with an empty word.
func pathBefore(list []token) []token {
	var words []token
	for i := len(list) - 1; i >= 0 && list[i].kind == word; i -= 2 {
		words = append([]token{list[i]}, words...)
		if i == 0 || !isDot(list[i-1]) && list[i-1].text != "?" {
			return words
		}
		if i >= 2 && list[i-2].text == "?" {
			i--
		}
		if i < 2 || list[i-2].kind != word {
			return append([]token{{from: list[i-1].from}}, words...)
		}
	}
	return words
}

// names offers what may begin a part of a formula.
func (c *completer) names(d *described, list []token, start int, r Range) {
	scope := c.scope(d)
	if around := callsAround(list, start); len(around) > 0 {
		switch around[0].name {
		case "reached", "open", "done":
			for _, id := range c.steps() {
				c.add(id, StepItem, "step", "", r)
			}
			return
		case "people":
			if len(around[0].first) == 0 || around[0].first[len(around[0].first)-1].to >= start {
				for _, role := range scope.survey.Pack().Roles {
					c.add(role.ID, NameItem, "role", titleText(role.Title), r)
				}
				return
			}
		}
	}
	for _, name := range sortedNames(scope.names) {
		c.add(name, DataItem, scope.names[name].String(), typeDoc(scope.names[name]), r)
	}
	for _, name := range []string{"settings", "now", "today", "actor", "instance"} {
		c.add(name, DataItem, scope.name(name).String(), "", r)
	}
	for _, f := range formula.Functions() {
		c.items = append(c.items, Item{Label: f.Name, Kind: FunctionItem, Detail: f.Signature, Doc: functionDoc(f), Insert: f.Name + "(", Range: r})
	}
}

// choices offers the values of a choice that is compared with a text in quotes.
func (c *completer) choices(d *described, list []token, at int) bool {
	for i, t := range list {
		if t.kind != quoted || at <= t.from || at > t.to {
			continue
		}
		if i < 3 || list[i-1].text != "=" {
			return true
		}
		scope := c.scope(d)
		words := pathBefore(list[:i-2])
		if len(words) == 0 || words[0].text == "" {
			return true
		}
		of := scope.path(dotted{words: words}, len(words), list)
		if of == nil || of.Kind != value.Choice {
			return true
		}
		inside := Range{d.node.letters[t.from].at, d.node.letters[t.from].at}
		inside.From.Column++
		inside.To.Column += max(at-t.from, 1)
		for _, choice := range of.Choices {
			c.add(choice, WordItem, of.String(), "", inside)
		}
		return true
	}
	return false
}
