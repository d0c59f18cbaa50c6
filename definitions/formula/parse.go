package formula

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// parsed is a formula as expr-lang's parser read it.
type parsed struct {
	root ast.Node
	text prepared
}

// parse reads a formula with expr-lang's parser. Whatever function it calls, the checker answers only
// those of this package's library: expr's own now, keys, values and toPairs would not be deterministic.
func parse(source string) (parsed, *Problem) {
	if strings.TrimSpace(source) == "" {
		return parsed{}, &Problem{Code: codeSyntax, Message: "the formula is empty"}
	}
	if length(source) > MaxLength {
		return parsed{}, &Problem{Code: codeTooLarge, Message: fmt.Sprintf("the formula is longer than %d characters", MaxLength)}
	}
	text := prepare(source)
	tree, err := parser.ParseWithConfig(string(text.letters), &conf.Config{MaxNodes: maxNodes})
	if err != nil {
		return parsed{}, syntaxProblem(text, err)
	}
	return parsed{tree.Node, text}, nil
}

// prepared is a formula's text in the form that expr's grammar reads, and where it has characters more
// than the formula as written.
type prepared struct {
	letters  []rune
	inserted []int // places of the characters more, ascending, in letters
}

// original returns the place in the formula as written for one in letters.
func (p prepared) original(place int) int {
	before := 0
	for _, at := range p.inserted {
		if at < place {
			before++
		}
	}
	return max(0, min(place, len(p.letters))-before)
}

// slice returns the letters between two places without those that were inserted.
func (p prepared) slice(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		if !slices.Contains(p.inserted, i) {
			b.WriteRune(p.letters[i])
		}
	}
	return b.String()
}

// prepare writes what expr's grammar does not have: the name in people(role, skill: x) becomes blank,
// and a record where a loop's body stands, map(lines, {sku: .sku}), gets the brackets without which
// expr takes it for a block.
func prepare(source string) prepared {
	p := prepared{letters: []rune(source)}
	if !strings.Contains(source, "people") && !strings.Contains(source, "{") {
		return p
	}
	tokens, err := lexer.Lex(file.NewSource(source))
	if err != nil {
		return p
	}
	var brackets []bracket
	for i := 0; i+2 < len(tokens); i++ {
		first, name, colon := tokens[i], tokens[i+1], tokens[i+2]
		switch {
		case first.Is(lexer.Operator, ",") && name.Is(lexer.Identifier, "skill") && colon.Is(lexer.Operator, ":") && inPeople(tokens[:i]):
			for at := name.From; at < colon.To; at++ {
				p.letters[at] = ' '
			}
		case i > 0 && tokens[i-1].Is(lexer.Operator, ",") && first.Is(lexer.Bracket, "{") && (name.Is(lexer.Bracket, "}") || colon.Is(lexer.Operator, ":")):
			if end := matching(tokens[i:]); end >= 0 {
				brackets = append(brackets, bracket{first.From, '('}, bracket{end, ')'})
			}
		}
	}
	p.insert(brackets)
	return p
}

// bracket is a character to insert before the one at a place.
type bracket struct {
	place  int
	letter rune
}

func (p *prepared) insert(brackets []bracket) {
	slices.SortStableFunc(brackets, func(a, b bracket) int { return a.place - b.place })
	letters := make([]rune, 0, len(p.letters)+len(brackets))
	from := 0
	for _, b := range brackets {
		letters = append(letters, p.letters[from:b.place]...)
		p.inserted = append(p.inserted, len(letters))
		letters = append(letters, b.letter)
		from = b.place
	}
	p.letters = append(letters, p.letters[from:]...)
}

// matching returns the place after the bracket that closes the first token; -1 where none does.
func matching(tokens []lexer.Token) int {
	depth := 0
	for _, t := range tokens {
		if t.Kind != lexer.Bracket {
			continue
		}
		if strings.Contains("([{", t.Value) {
			depth++
			continue
		}
		if depth--; depth == 0 {
			return t.To
		}
	}
	return -1
}

// inPeople reports whether the innermost bracket that is open after these tokens is that of people(.
func inPeople(tokens []lexer.Token) bool {
	depth := 0
	for i := len(tokens) - 1; i > 0; i-- {
		switch {
		case tokens[i].Is(lexer.Bracket, ")") || tokens[i].Is(lexer.Bracket, "]") || tokens[i].Is(lexer.Bracket, "}"):
			depth++
		case tokens[i].Kind == lexer.Bracket && depth > 0:
			depth--
		case tokens[i].Kind == lexer.Bracket:
			return tokens[i].Is(lexer.Bracket, "(") && tokens[i-1].Is(lexer.Identifier, "people")
		}
	}
	return false
}

// syntaxProblem says in the analyst's words what the parser did not understand.
func syntaxProblem(text prepared, err error) *Problem {
	letters, source := text.letters, string(text.letters)
	p := &Problem{Code: codeSyntax, Message: "this is no formula"}
	var mistake *file.Error
	if !errors.As(err, &mistake) {
		return p
	}
	place := max(0, min(mistake.From, len(letters)))
	p.Offset = text.original(place)
	message := mistake.Message
	switch {
	case strings.Contains(message, "maximum allowed nodes"):
		p.Code, p.Message = codeTooLarge, fmt.Sprintf("the formula has more than %d parts", maxNodes)
	case strings.HasPrefix(message, "unexpected token EOF"):
		p.Offset = text.original(len(letters))
		p.Message = "the formula ends too early"
	case strings.Contains(message, `Operator("=")`) && place+1 < len(letters) && strings.ContainsRune("<>", letters[place+1]):
		operator := string(letters[place+1]) + "="
		p.Message = fmt.Sprintf("the = stands behind: %s", operator)
		p.Mend = string(letters[:place]) + operator + string(letters[place+2:])
	case strings.Contains(message, `Operator("=")`):
		p.Message = "= stands alone: two values are compared with =="
		p.Mend = string(letters[:place]) + "==" + string(letters[min(place+1, len(letters)):])
	case strings.HasPrefix(message, "unexpected token "):
		p.Message = quoted(letters, mistake.Location) + " is not expected here"
	case strings.HasPrefix(message, "unrecognized character"):
		p.Message = quoted(letters, mistake.Location) + " has no meaning in a formula"
		if mended := asciiPunctuation(source); mended != source {
			p.Message += ": write it with the characters of a Latin keyboard"
			p.Mend = mended
		}
	case strings.HasPrefix(message, "bad number syntax"):
		p.Message = "this is no number; a duration stands in quotes, such as \"2 work days\""
	case strings.HasPrefix(message, "literal not terminated"):
		p.Message = "a text is not closed with its quote"
	case strings.Contains(message, "cannot be mixed"):
		p.Message = "put brackets around the part with ??"
	case strings.HasPrefix(message, "invalid") && strings.Contains(message, "literal"):
		p.Message = "this number is written wrongly or is too large"
	}
	return p
}

func quoted(letters []rune, place file.Location) string {
	from, to := max(0, place.From), min(place.To, len(letters))
	if from >= to {
		return "this"
	}
	return fmt.Sprintf("%q", string(letters[from:to]))
}

// asciiPunctuation writes the full-width punctuation of East Asian keyboards as a formula needs it.
func asciiPunctuation(source string) string {
	return strings.NewReplacer(
		"，", ",", "（", "(", "）", ")", "＞", ">", "＜", "<", "＝", "=", "！", "!", "：", ":", "？", "?",
		"＋", "+", "－", "-", "＊", "*", "×", "*", "／", "/", "÷", "/", "“", `"`, "”", `"`, "‘", "'", "’", "'",
		"。", ".", "．", ".", "≥", ">=", "≤", "<=", "≠", "!=", "　", " ",
	).Replace(source)
}
