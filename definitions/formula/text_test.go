package formula

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextsAreFilledIn(t *testing.T) {
	for source, want := range map[string]string{
		"Order {{ order.number }} of {{order.total}}": "Order SO-1 of 81000.00 CNY",
		"{{ margin }} by {{ deadline }}":              "18.5 % by 2026-03-04 09:00",
		"{{ order.tags }}":                            "web, gift",
		"for {{ contact }}.":                          "for .",
		`{{ order.urgent ? "a}}b" : "c" }}`:           "a}}b",
		`{{ {a: order.number}.a }}`:                   "SO-1",
		"客户 {{ order.客户等级 }}":                         "客户 B",
		"no formula":                                  "no formula",
		"":                                            "",
	} {
		f, problems := CompileText(source, world(), nil)
		require.Empty(t, problems, source)
		v, err := f.Eval(scope(t))
		require.NoError(t, err)
		require.Equal(t, want, v, source)
		require.Equal(t, source, f.Source())
	}
}

func TestAMistakeInATextIsFoundWithItsPlace(t *testing.T) {
	for _, c := range []struct {
		source, code string
		offset       int
	}{
		{"客户 {{ oder.number }}", codeUnknownName, 6},
		{"a {{ order.number", codeUnclosedBrackets, 2},
		{"a {{ }}", codeSyntax, 5},
		{"a {{ order }}", codeWrongType, 5},
		{"{{ order.number }}{{ margn }}", codeUnknownName, 21},
	} {
		_, problems := CompileText(c.source, world(), nil)
		require.Len(t, problems, 1, c.source)
		require.Equal(t, c.code, problems[0].Code, c.source)
		require.Equal(t, c.offset, problems[0].Offset, c.source)
	}
}

func TestATextWithoutFormulasIsReadByItsType(t *testing.T) {
	for want, source := range map[string]string{"date": "2026-03-02", "duration": "2 work days", "make | buy": "buy"} {
		f, problems := CompileText(source, world(), typeOf(want))
		require.Empty(t, problems)
		v, err := f.Eval(scope(t))
		require.NoError(t, err)
		require.Equal(t, source, v)
	}
	_, problems := CompileText("by", world(), typeOf("make | buy"))
	require.Equal(t, "buy", problems[0].Mend)
	_, problems = CompileText("{{ order.number }}", world(), typeOf("date"))
	require.Equal(t, codeWrongType, problems[0].Code)
}
