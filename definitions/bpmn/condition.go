package bpmn

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// condition is a condition of another tool's diagram that is read: comparisons of variables with each other and
// with what is written, joined by and, or and not.
type condition struct {
	op    string // and, or, not, a comparison, or "" for what stands alone
	args  []*condition
	name  string // of a variable
	plain string // a number, a text in quotes, or true or false, as a formula has them
	kind  string // number, text or boolean; "" while it is not known
}

// dialect is the language of a condition, as far as its signs differ.
type dialect struct {
	words  bool // and, or and not are written as words
	signs  bool // &&, || and !
	letter bool // eq, ne, gt, lt, ge, le
	single bool // = compares
	double bool // == compares
	quote  bool // texts in single quotes
}

// errUnclear says that a condition is not among those whose meaning is certain.
var errUnclear = errors.New("not a plain condition")

// dialectOf finds the language of a condition by how it is wrapped, else by what the diagram says, and returns
// the condition without its wrapping.
func dialectOf(text, language string) (string, dialect, bool) {
	text = strings.TrimSpace(text)
	inside, wrapped := strings.CutSuffix(text, "}")
	if wrapped && (strings.HasPrefix(inside, "${") || strings.HasPrefix(inside, "#{")) {
		return inside[2:], dialect{words: true, signs: true, letter: true, double: true, quote: true}, !strings.ContainsAny(inside[2:], "{}")
	}
	feel := dialect{words: true, single: true}
	if rest, is := strings.CutPrefix(text, "="); is {
		return rest, feel, true
	}
	switch name := strings.ToLower(language); {
	case strings.Contains(name, "feel"):
		return text, feel, true
	case strings.Contains(name, "groovy"), strings.Contains(name, "javascript"), strings.Contains(name, "ecmascript"):
		return text, dialect{signs: true, double: true, quote: true}, true
	case name == "" || strings.Contains(name, "xpath"):
		return text, dialect{words: true, signs: true, single: true, double: true, quote: true}, true
	}
	return "", dialect{}, false
}

// readCondition reads a condition; errUnclear where its meaning is not certain.
func readCondition(text, language string) (*condition, error) {
	inside, d, known := dialectOf(text, language)
	if !known {
		return nil, errUnclear
	}
	words, err := d.split(inside)
	if err != nil {
		return nil, err
	}
	r := &conditionReader{dialect: d, words: words}
	read, err := r.either()
	if err != nil || len(r.words) > 0 || !read.isTruth() {
		return nil, errUnclear
	}
	return read, nil
}

// split divides a condition into names, numbers, texts and signs.
func (d dialect) split(text string) ([]string, error) {
	var out []string
	runes := []rune(text)
	for i := 0; i < len(runes); {
		from := i
		switch r := runes[i]; {
		case unicode.IsSpace(r):
			i++
			continue
		case r == '"' || r == '\'' && d.quote:
			for i++; i < len(runes) && runes[i] != r; i++ {
				if strings.ContainsRune("\\\"\n", runes[i]) {
					return nil, errUnclear
				}
			}
			if i == len(runes) {
				return nil, errUnclear
			}
			i++
			out = append(out, `"`+string(runes[from+1:i-1])+`"`)
			continue
		case isNameRune(r):
			for i < len(runes) && (isNameRune(runes[i]) || runes[i] == '.') {
				i++
			}
		default:
			for i++; i < len(runes) && strings.ContainsRune("=&|", runes[i]) && r != '(' && r != ')'; {
				i++
			}
		}
		out = append(out, string(runes[from:i]))
	}
	return out, nil
}

func isNameRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// conditionReader reads the words of a condition, those that bind least first.
type conditionReader struct {
	dialect
	words []string
	depth int
}

// takes takes the next word where it is one of those given.
func (r *conditionReader) takes(words ...string) bool {
	if len(r.words) == 0 || !slices.Contains(words, r.words[0]) {
		return false
	}
	r.words = r.words[1:]
	return true
}

// joined reads parts that signs or a word join, all of them true or false.
func (r *conditionReader) joined(op, sign string, part func() (*condition, error)) (*condition, error) {
	first, err := part()
	if err != nil {
		return nil, err
	}
	var joints []string
	if r.dialect.words {
		joints = append(joints, op)
	}
	if r.signs {
		joints = append(joints, sign)
	}
	all := []*condition{first}
	for r.takes(joints...) {
		next, err := part()
		if err != nil {
			return nil, err
		}
		all = append(all, next)
	}
	if len(all) == 1 {
		return first, nil
	}
	for _, c := range all {
		if !c.isTruth() {
			return nil, errUnclear
		}
	}
	return &condition{op: op, args: all, kind: "boolean"}, nil
}

func (r *conditionReader) either() (*condition, error) { return r.joined("or", "||", r.both) }

func (r *conditionReader) both() (*condition, error) { return r.joined("and", "&&", r.comparison) }

// comparison reads a comparison, or what stands alone.
func (r *conditionReader) comparison() (*condition, error) {
	left, err := r.operand()
	if err != nil {
		return nil, err
	}
	op := r.comparing()
	if op == "" {
		return left, nil
	}
	right, err := r.operand()
	if err != nil {
		return nil, err
	}
	if r.comparing() != "" { // a < b < c
		return nil, errUnclear
	}
	return compared(op, left, right)
}

// comparing takes a sign of comparison and returns it as a formula has it, "" where none follows.
func (r *conditionReader) comparing() string {
	signs := map[string]string{">": ">", "<": "<", ">=": ">=", "<=": "<=", "!=": "!="}
	if r.single {
		signs["="] = "=="
	}
	if r.double {
		signs["=="] = "=="
		signs["==="], signs["!=="] = "==", "!="
	}
	if r.letter {
		for word, sign := range map[string]string{"eq": "==", "ne": "!=", "gt": ">", "lt": "<", "ge": ">=", "le": "<="} {
			signs[word] = sign
		}
	}
	if len(r.words) == 0 || signs[r.words[0]] == "" {
		return ""
	}
	op := signs[r.words[0]]
	r.words = r.words[1:]
	return op
}

// compared makes a comparison of two that are of one kind, which one of them tells.
func compared(op string, left, right *condition) (*condition, error) {
	kind := left.kind
	if kind == "" {
		kind = right.kind
	}
	if left.op != "" || right.op != "" || left.name == "" && right.name == "" || kind == "" || right.kind != "" && right.kind != kind {
		return nil, errUnclear
	}
	if kind != "number" && op != "==" && op != "!=" {
		return nil, errUnclear
	}
	left.kind, right.kind = kind, kind
	return &condition{op: op, args: []*condition{left, right}, kind: "boolean"}, nil
}

// operand reads a variable, what is written, not and its part, or what stands in brackets.
func (r *conditionReader) operand() (*condition, error) {
	const deepest = 50
	if r.depth++; r.depth > deepest || len(r.words) == 0 {
		return nil, errUnclear
	}
	defer func() { r.depth-- }()
	if r.takes("(") {
		return r.bracketed()
	}
	if r.denies() {
		part, err := r.operand()
		if err != nil || !part.isTruth() {
			return nil, errUnclear
		}
		return &condition{op: "not", args: []*condition{part}, kind: "boolean"}, nil
	}
	word := r.words[0]
	r.words = r.words[1:]
	switch first := []rune(word)[0]; {
	case first == '"':
		return &condition{plain: word, kind: "text"}, nil
	case word == "true" || word == "false":
		return &condition{plain: word, kind: "boolean"}, nil
	case word == "-" && len(r.words) > 0:
		part, err := r.operand()
		if err != nil || part.plain == "" || part.kind != "number" {
			return nil, errUnclear
		}
		part.plain = "-" + part.plain
		return part, nil
	case unicode.IsDigit(first):
		if _, err := value.ParseDecimal(word); err != nil || strings.Trim(word, "0123456789.") != "" {
			return nil, errUnclear
		}
		return &condition{plain: word, kind: "number"}, nil
	case value.IsName(word) && !isOperator(word) && (len(r.words) == 0 || r.words[0] != "("):
		return &condition{name: word}, nil
	}
	return nil, errUnclear
}

func (r *conditionReader) bracketed() (*condition, error) {
	inside, err := r.either()
	if err != nil {
		return nil, err
	}
	if !r.takes(")") {
		return nil, errUnclear
	}
	return inside, nil
}

// denies takes a not, which binds as strong as a sign.
func (r *conditionReader) denies() bool {
	return r.dialect.words && r.takes("not") || r.signs && r.takes("!")
}

// isOperator tells whether a word is none that a variable has in these languages.
func isOperator(word string) bool {
	switch word {
	case "and", "or", "not", "eq", "ne", "gt", "lt", "ge", "le", "div", "mod", "empty", "null", "instanceof", "in", "between", "if", "then",
		"else", "for", "some", "every", "return", "function", "item", "execution", "task", "authenticatedUserId":
		return true
	}
	return false
}

// isTruth tells whether a condition is true or false; a variable that stands alone is taken to be.
func (c *condition) isTruth() bool {
	if c.kind == "" && c.name != "" {
		c.kind = "boolean"
	}
	return c.kind == "boolean" && (c.plain == "" || c.op != "")
}

// variables adds the variables of a condition with their kinds; errUnclear where one would be of two.
func (c *condition) variables(into map[string]string) error {
	if c.name != "" {
		if known := into[c.name]; known != "" && known != c.kind {
			return errUnclear
		}
		into[c.name] = c.kind
	}
	for _, part := range c.args {
		if err := part.variables(into); err != nil {
			return err
		}
	}
	return nil
}

// formula writes a condition as a formula; paths says where its variables are.
func (c *condition) formula(paths map[string]string) string {
	switch c.op {
	case "":
		if c.name != "" {
			return paths[c.name]
		}
		return c.plain
	case "not":
		return "not " + c.args[0].inBrackets(paths)
	case "and", "or":
		parts := make([]string, len(c.args))
		for i, part := range c.args {
			if parts[i] = part.formula(paths); part.op == "and" || part.op == "or" {
				parts[i] = "(" + parts[i] + ")"
			}
		}
		return strings.Join(parts, " "+c.op+" ")
	}
	if right := c.args[1]; right.kind == "boolean" && right.plain != "" {
		if (right.plain == "true") == (c.op == "==") {
			return c.args[0].formula(paths)
		}
		return "not " + c.args[0].formula(paths)
	}
	return c.args[0].formula(paths) + " " + c.op + " " + c.args[1].formula(paths)
}

func (c *condition) inBrackets(paths map[string]string) string {
	if c.op == "" {
		return c.formula(paths)
	}
	return "(" + c.formula(paths) + ")"
}

// denies tells whether a condition holds just where another does not, as far as their words show it.
func (c *condition) denies(other *condition, paths map[string]string) bool {
	opposite := map[string]string{"==": "!=", "!=": "==", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
	mine, theirs := c.formula(paths), other.formula(paths)
	if mine == "not "+theirs || theirs == "not "+mine || mine == "not ("+theirs+")" || theirs == "not ("+mine+")" {
		return true
	}
	return opposite[c.op] != "" && opposite[c.op] == other.op &&
		c.args[0].formula(paths) == other.args[0].formula(paths) && c.args[1].formula(paths) == other.args[1].formula(paths)
}

// isFree tells whether a variable may have its name in the language.
func isFree(name string) bool {
	return value.IsName(name) && !isKeyword(strings.ToLower(name)) && !formula.IsFunction(name)
}
