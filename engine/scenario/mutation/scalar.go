package mutation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// kinds are the keys that make a map a step.
func kinds() []string {
	return []string{
		"stage", "task", "approve", "do", "decide", "set", "choose", "parallel", "each", "repeat", "wait", "first_of", "send",
		"run", "lock", "back_to", "cancel", "raise", "end", "message", "after", "becomes",
	}
}

// kindOf returns the kind of the step, or the trigger, that a map is; "" for none.
func kindOf(t *tree, in context) string {
	if in.key == "with" && in.step != "" {
		return "with"
	}
	if in.key == "wait" {
		return "wait"
	}
	for _, p := range t.pairs {
		if slices.Contains(kinds(), p.key) {
			return p.key
		}
	}
	return ""
}

// outcomesOf returns the outcomes of a process.
func outcomesOf(root *tree) []string {
	var out []string
	for _, p := range root.pairs {
		if p.key == "outcomes" && p.value != nil {
			for _, o := range p.value.pairs {
				out = append(out, o.key)
			}
		}
	}
	return out
}

// scalar breaks one value, by what its key says that it is.
func (b *breaker) scalar(t *tree, in context) {
	switch {
	case word(t.text) != "" && in.step != "with":
		b.replace(SwapWord, t.from, t.to, word(t.text), t.text+" to "+word(t.text))
	case strings.HasPrefix(t.text, "="), conditions(in), strings.Contains(t.text, "{{"):
		b.formula(t, in)
	case in.step == "with" && !number(t.text):
		b.replace(ChangeText, t.from, t.to, t.text+"_x", t.text)
	case in.key == "end":
		for _, other := range b.outcomes {
			if other != t.text {
				b.replace(ChangeOutcome, t.from, t.to, other, t.text+" to "+other)
			}
		}
	case in.key == "each":
		item, list, _ := strings.Cut(t.text, " in ")
		b.rename(t.from, item)
		b.rename(t.from+len(item)+4, strings.TrimSpace(list))
	case types(in):
		b.typeOf(t)
	case named(in):
		b.rename(t.from, t.text)
	case in.key == "default" || in.key == "keep" || number(t.text):
		b.number(t)
	}
}

// conditions tells whether a key holds a condition without its =.
func conditions(in context) bool {
	return slices.Contains([]string{"when", "until", "while", "hold", "becomes", "open_until"}, in.key)
}

// word is the other word where there are two to choose from.
func word(text string) string {
	for _, two := range [][2]string{
		{"keep", "undo"},
		{"true", "false"},
		{"cancel", "ignore"},
		{"same", "latest"},
		{"completed", "claimed"},
		{"notify", "reassign"},
		{"in_turn", "any"},
	} {
		switch text {
		case two[0]:
			return two[1]
		case two[1]:
			return two[0]
		}
	}
	switch text {
	case "all":
		return "1"
	case "none":
		return "1d"
	case "first":
		return "unique"
	}
	return ""
}

// types tells whether a value is a type.
func types(in context) bool {
	return in.key == "type" || in.step == "" && slices.Contains([]string{"data", "input", "inputs", "outputs", "with"}, in.parent) ||
		in.parent == "form" || in.step == "" && in.parent != "" && in.parent[0] >= 'A' && in.parent[0] <= 'Z'
}

// typeOf puts another type in the place of one.
func (b *breaker) typeOf(t *tree) {
	text := t.text
	if rest, optional := strings.CutPrefix(text, "optional "); optional {
		b.replace(SwapType, t.from, t.to, rest, text+" to "+rest)
		text = rest
	} else {
		b.replace(SwapType, t.from, t.to, "optional "+text, text+" to optional")
	}
	other := "integer"
	switch {
	case strings.HasPrefix(text, "list of "):
		other = strings.TrimPrefix(text, "list of ")
	case strings.Contains(text, "|"):
		_, other, _ = strings.Cut(text, "| ")
	case strings.HasPrefix(text, "ref "), slices.Contains([]string{"integer", "quantity", "percent", "boolean", "duration", "number"}, text):
		other = "text"
	case text == "money":
		other = "quantity"
	case text == "date":
		other = "moment"
	case text == "moment":
		other = "date"
	}
	by := strings.Replace(t.text, text, other, 1)
	b.replace(SwapType, t.from, t.to, by, t.text+" to "+by)
}

// named tells whether a value is a name.
func named(in context) bool {
	return slices.Contains(append(kinds(), "id", "result", "into", "role", "roles", "to", "name", "process", "decision", "show",
		"candidates", "assign", "not_by", "superior_of"), in.key) && in.key != "after" || in.key == "outcomes" && in.step != ""
}

// rename misspells a name, or the last part of a path.
func (b *breaker) rename(at int, name string) {
	if quoted := strings.IndexAny(b.text[at:at+1], `'"`) == 0; quoted {
		at++
	}
	if name == "" || strings.ContainsAny(name, " {[") || !strings.HasPrefix(b.text[at:], name) {
		return
	}
	b.replace(RenameName, at, at+len(name), name+"_x", name)
}

func number(text string) bool {
	if text == "" {
		return false
	}
	digits := strings.TrimLeft(text, "-")
	return digits != "" && digits[0] >= '0' && digits[0] <= '9'
}

// number changes the first number of a value: a count, a duration, a default, a day.
func (b *breaker) number(t *tree) {
	if !number(t.text) {
		return
	}
	from := t.from + strings.Index(b.text[t.from:t.to], t.text)
	b.changeNumber(from, digits(t.text))
}

// digits returns the number that a text begins with.
func digits(text string) string {
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || end == 0 && text[0] == '-') {
		end++
	}
	return text[:end]
}

func (b *breaker) changeNumber(at int, old string) {
	n, err := strconv.Atoi(old)
	if err != nil {
		return
	}
	by := fmt.Sprintf("%0*d", len(old), n+1)
	b.replace(ChangeNumber, at, at+len(old), by, old+" to "+by)
}
