package mutation

import (
	"strings"
	"unicode"
)

// formula breaks a formula, or the formulas in a text: each name, operator, number and text in it, and
// the whole where it is a condition.
func (b *breaker) formula(t *tree, in context) {
	at := t.from + strings.Index(b.text[t.from:t.to], t.text)
	text := t.text
	if !strings.HasPrefix(text, "=") && strings.Contains(text, "{{") {
		for {
			open := strings.Index(text, "{{")
			if open < 0 {
				return
			}
			end := strings.Index(text[open:], "}}")
			if end < 0 {
				return
			}
			b.tokens(at+open+2, text[open+2:open+end])
			at, text = at+open+end, text[open+end:]
		}
	}
	if strings.HasPrefix(text, "=") {
		at, text = at+1, text[1:]
	}
	if conditions(in) && t.text != "all" && t.text != "any" && t.text != "none" {
		b.replace(Negate, at, at+len(text), " not ("+strings.TrimSpace(text)+")", strings.TrimSpace(text))
	}
	b.tokens(at, text)
}

// tokens breaks each part of a formula that begins at a place of the file.
func (b *breaker) tokens(at int, text string) {
	for i := 0; i < len(text); {
		n := b.token(at+i, text[i:])
		i += max(n, 1)
	}
}

// token breaks the first part of a formula and returns how long it is.
func (b *breaker) token(at int, text string) int {
	switch c := text[0]; {
	case c == '"':
		end := strings.IndexByte(text[1:], '"') + 2
		if end > 2 {
			b.replace(RenameName, at, at+end, `"`+text[1:end-1]+`_x"`, text[:end])
		}
		return end
	case c >= '0' && c <= '9':
		number := digits(text)
		b.changeNumber(at, number)
		return len(number)
	case unicode.IsLetter(rune(c)) || c == '_' || c == '.':
		return b.word(at, text)
	}
	for _, two := range operators() {
		if strings.HasPrefix(text, two[0]) {
			b.replace(SwapOperator, at, at+len(two[0]), two[1], two[0]+" to "+two[1])
			return len(two[0])
		}
	}
	return 1
}

// operators are those that change places; longer ones come first.
func operators() [][2]string {
	return [][2]string{
		{"==", "!="}, {"!=", "=="}, {">=", ">"}, {"<=", "<"}, {">", ">="}, {"<", "<="}, {"+", "-"}, {"-", "+"}, {"*", "/"}, {"/", "*"},
	}
}

// word breaks a name, a path or a word of the grammar.
func (b *breaker) word(at int, text string) int {
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '.' })
	if end < 0 {
		end = len(text)
	}
	switch word := text[:end]; word {
	case "and":
		b.replace(SwapOperator, at, at+end, "or", "and to or")
	case "or":
		b.replace(SwapOperator, at, at+end, "and", "or to and")
	case "not":
		if rest := strings.TrimLeft(text[end:], " "); rest != "" && !strings.HasPrefix(rest, "in ") {
			b.replace(SwapOperator, at, at+len(text)-len(rest), "", "not is gone")
		}
	case "in", "nil", ".":
	case "true", "false":
		b.replace(SwapWord, at, at+end, map[string]string{"true": "false", "false": "true"}[word], word)
	default:
		b.replace(RenameName, at, at+end, word+"_x", word)
	}
	return end
}
