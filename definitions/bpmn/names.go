package bpmn

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"waybill/definitions/calendar"
	"waybill/definitions/formula"
)

// Name makes a name of the language of any text.
func Name(text string) string { return slug(text) }

// slug makes a name of the language of a text: letters of any script, digits and _.
func slug(text string) string {
	var out strings.Builder
	gap := false
	for _, r := range strings.ToLower(text) {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && out.Len() > 0 {
			out.WriteByte('_')
		}
		gap = false
		out.WriteRune(r)
	}
	name := clipped(out.String())
	if name == "" || unicode.IsDigit([]rune(name)[0]) || formula.IsFunction(name) || isKeyword(name) {
		name = "the_" + name
	}
	return strings.TrimSuffix(name, "_")
}

// answer makes a name of an answer, which may be any word.
func answer(text string) string {
	name := slug(text)
	if word, ok := strings.CutPrefix(name, "the_"); ok && isKeyword(word) && word == strings.ToLower(text) {
		return word
	}
	return name
}

// clipped keeps a name short.
func clipped(name string) string {
	const most = 40
	if runes := []rune(name); len(runes) > most {
		return strings.Trim(string(runes[:most]), "_")
	}
	return name
}

// isKeyword tells whether a word means something in formulas, or in YAML 1.1.
func isKeyword(word string) bool {
	switch word {
	case "and", "or", "not", "in", "let", "if", "else", "true", "false", "nil", "null", "yes", "no", "on", "off", "y", "n",
		"matches", "contains", "error", "event", "finished", "total", "any", "all", "none", "superior":
		return true
	}
	return false
}

// id gives a name that no other step or datum of the process has.
func (c *converter) id(text string) string {
	name := slug(text)
	id := name
	for n := 2; c.ids[id]; n++ {
		id = fmt.Sprintf("%s_%d", name, n)
	}
	c.ids[id] = true
	return id
}

// name returns the id of the step that an item becomes.
func (c *converter) name(it *item) string {
	if c.names[it] == "" {
		text := it.node.name
		if text == "" {
			text = it.node.id
		}
		c.names[it] = c.id(text)
	}
	return c.names[it]
}

// parts of a duration of ISO 8601.
func isoParts() *regexp.Regexp {
	return regexp.MustCompile(`^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`)
}

// time writes a time of BPMN as the language does; false where it is neither a duration nor a moment.
func timeOf(text string) (string, bool) {
	if _, err := calendar.ParseDuration(text); err == nil {
		return text, true
	}
	if regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$`).MatchString(text) {
		return text, true
	}
	found := isoParts().FindStringSubmatch(text)
	if found == nil || text == "P" || strings.HasSuffix(text, "T") {
		return "", false
	}
	number := func(i int) int {
		n, _ := strconv.Atoi(found[i])
		return n
	}
	years, months, days := number(1), number(2), number(3)*7+number(4)
	hours, minutes, seconds := number(5), number(6), number(7)
	clock := hours*3600 + minutes*60 + seconds
	switch {
	case years+months > 0 && days+clock > 0:
		return "", false
	case years > 0 && months == 0:
		return plural(years, "year"), true
	case years+months > 0:
		return plural(years*12+months, "month"), true
	case clock == 0:
		return fmt.Sprintf("%dd", days), true
	case seconds > 0:
		return fmt.Sprintf("%ds", days*86400+clock), true
	case minutes > 0:
		return fmt.Sprintf("%dm", days*1440+clock/60), true
	}
	return fmt.Sprintf("%dh", days*24+hours), true
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
