package editor

import "unicode"

// token is a word of a formula: a name, or what stands between names. Its bounds count characters.
type token struct {
	kind     tokenKind
	text     string
	from, to int
}

type tokenKind uint8

const (
	word tokenKind = iota
	number
	quoted
	sign
)

// tokens cuts a formula into words. It never fails: what has no meaning is a sign.
func tokens(letters []letter, from int) []token {
	var out []token
	for i := from; i < len(letters); {
		r := letters[i].r
		start := i
		kind := sign
		switch {
		case unicode.IsSpace(r):
			i++
			continue
		case unicode.IsDigit(r):
			kind = number
			for i < len(letters) && (unicode.IsDigit(letters[i].r) || letters[i].r == '.' && i+1 < len(letters) && unicode.IsDigit(letters[i+1].r)) {
				i++
			}
		case isNameRune(r):
			kind = word
			for i < len(letters) && isNameRune(letters[i].r) {
				i++
			}
		case r == '"' || r == '\'' || r == '`':
			kind = quoted
			i = endOfQuote(letters, i)
		default:
			i++
		}
		out = append(out, token{kind, textOf(letters[start:i]), start, i})
	}
	return out
}

func endOfQuote(letters []letter, i int) int {
	quote := letters[i].r
	for i++; i < len(letters); i++ {
		switch letters[i].r {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(letters)
}

func textOf(letters []letter) string {
	runes := make([]rune, len(letters))
	for i, l := range letters {
		runes[i] = l.r
	}
	return string(runes)
}

func isNameRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// dotted is a dotted path of a formula: order.customer.grade. A path that begins with a dot belongs to the item of a list.
type dotted struct {
	words  []token
	item   bool // .field or #.field
	called bool // a ( follows: the word is a function
	key    bool // a : follows: the word names an argument or a field
}

// paths finds the dotted paths among the tokens of a formula.
func paths(list []token) []dotted {
	var out []dotted
	for i := 0; i < len(list); i++ {
		switch {
		case list[i].kind == word && !(i > 0 && isDot(list[i-1])):
			p := dotted{words: []token{list[i]}}
			i = p.follow(list, i)
			out = append(out, p)
		case list[i].kind == word:
			p := dotted{words: []token{list[i]}, item: i < 2 || list[i-2].kind == sign && list[i-2].text != ")" && list[i-2].text != "]"}
			i = p.follow(list, i)
			if p.item {
				out = append(out, p)
			}
		}
	}
	return out
}

// follow takes the words behind dots, and returns where the path ends.
func (p *dotted) follow(list []token, i int) int {
	for {
		next := i + 1
		if next < len(list) && list[next].text == "?" && next+1 < len(list) && isDot(list[next+1]) {
			next++
		}
		if next+1 >= len(list) || !isDot(list[next]) || list[next+1].kind != word {
			break
		}
		p.words = append(p.words, list[next+1])
		i = next + 1
	}
	if i+1 < len(list) {
		p.called = list[i+1].text == "(" && len(p.words) == 1
		p.key = list[i+1].text == ":"
	}
	return i
}

func isDot(t token) bool { return t.kind == sign && t.text == "." }

// call is a function in whose brackets a place stands.
type call struct {
	name  string
	first []token // its first argument
}

// callsAround returns the functions in whose brackets a place of a formula stands, the innermost first.
func callsAround(list []token, at int) []call {
	var out []call
	depth := 0
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].from >= at || list[i].kind != sign {
			continue
		}
		switch list[i].text {
		case ")":
			depth++
		case "(":
			if depth > 0 {
				depth--
			} else if i > 0 && list[i-1].kind == word {
				out = append(out, call{list[i-1].text, firstArgument(list[i+1:])})
			}
		}
	}
	return out
}

func firstArgument(list []token) []token {
	depth := 0
	for i, t := range list {
		if t.kind != sign {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		case ",":
			if depth == 0 {
				return list[:i]
			}
		}
		if depth < 0 {
			return list[:i]
		}
	}
	return list
}
