package definitions

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// However a text is written, each of its characters is found again where it stands in the file.
func TestEveryCharacterOfATextIsFoundInTheFile(t *testing.T) {
	for name, text := range map[string]string{
		"plain":                      "key: = order.total + 5\n",
		"plain over lines":           "key: = order.total\n  + 5\n\n  + 客户.价格\n",
		"single quotes":              "key: '= it == ''x'' + 5'\n",
		"single quotes over lines":   "key: 'one\n  two\n\n   ''three'''\n",
		"double quotes":              "key: \"= a == b\"\n",
		"literal":                    "key: |\n  = a\n    + b\n\n  + c\nnext: x\n",
		"literal, stripped":          "key: |-\n    = a\n    + b\n",
		"literal, indented by sign":  "key: |2\n    = a\n  + b\n",
		"folded":                     "key: >\n  = a\n  + b\n\n  + c\n",
		"folded, with more indented": "key: >-\n  = a\n    + b\n    + c\n  + d\n",
		"folded, a comment behind >": "key: > # why\n  = a\n  + b\n",
		"in a map in a list":         "key: {x: [a, = b + c]}\n",
		"carriage returns":           "key: >\r\n  = a\r\n  + b\r\n",
		"a byte order mark":          "\uFEFFkey: = a + b\n",
	} {
		t.Run(name, func(t *testing.T) {
			f := &findings{}
			n := parseYAML("x.yaml", []byte(text), f)
			require.Empty(t, f.list)
			checked := 0
			everyText(n, func(n *node) {
				for i, r := range []rune(n.text) {
					if unicode.IsSpace(r) {
						continue
					}
					at := n.at(i)
					require.Equal(t, string(r), string([]rune(n.src.lines()[at.Line-1])[at.Column-1]), "character %d of %q at %s", i, n.text, at)
					checked++
				}
			})
			require.Greater(t, checked, 3)
		})
	}
}

func everyText(n *node, see func(*node)) {
	if n.kind == scalar {
		see(n)
	}
	for _, p := range n.pairs {
		everyText(p.key, see)
		everyText(p.value, see)
	}
	for _, item := range n.items {
		everyText(item, see)
	}
}

func TestAnEscapeIsWhereItsBackslashStands(t *testing.T) {
	f := &findings{}
	n := parseYAML("x.yaml", []byte("key: \"a\\tb \\u5ba2 \\\n  c\\x41d\"\n"), f).get("key")
	require.Empty(t, f.list)
	require.Equal(t, "a\tb 客 cAd", n.text)
	for i, want := range []string{"1:7", "1:8", "1:10", "1:11", "1:12", "1:18", "2:3", "2:4", "2:8"} {
		require.Equal(t, "x.yaml:"+want, n.at(i).String(), "character %d", i)
	}
}

func TestATextIsFollowedByWhatStandsBehindIt(t *testing.T) {
	n := parseYAML("x.yaml", []byte("key: = a # and b\n"), &findings{}).get("key")
	require.Equal(t, " # and b", n.tail())
	require.Equal(t, "= a", n.text)
	require.True(t, strings.HasPrefix(mendLine(n, n.text, "= c"), "key: = c"))
}
