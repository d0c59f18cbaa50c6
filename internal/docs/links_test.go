package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, page := range pages(t) {
		text := readPage(t, page)
		for _, f := range fences(text) {
			text = strings.ReplaceAll(text, f.text, "")
		}
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			to, anchor, _ := strings.Cut(found[1], "#")
			name := filepath.Join(folder, filepath.Dir(page), filepath.FromSlash(to))
			if to == "" {
				name = filepath.Join(folder, page)
			}
			if _, err := os.Stat(name); err != nil {
				t.Errorf("%s links to %s: %v", page, found[1], err)
				continue
			}
			if anchor == "" {
				continue
			}
			target, err := os.ReadFile(name)
			if err != nil || !anchors(string(target))[anchor] {
				t.Errorf("%s links to %s: there is no such heading", page, found[1])
			}
		}
	}
}

// anchors returns the names by which the headings of a page are linked to.
func anchors(page string) map[string]bool {
	found := map[string]bool{}
	for row := range strings.Lines(page) {
		title, ok := strings.CutPrefix(strings.TrimLeft(row, "#"), " ")
		if !ok || !strings.HasPrefix(row, "#") {
			continue
		}
		found[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(title))] = true
	}
	return found
}
