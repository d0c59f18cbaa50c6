package formula

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"waybill/definitions/value"
)

// pieces are the words that random formulas are made of.
func pieces() []string {
	return []string{
		"order", ".total", ".lines", ".customer", ".grade", "credit.result", "margin", "earlier", "?.result", "contact", "due", "today", "now", "stock",
		"settings.free_days", "5", "0.5", "-", "+", "*", "/", "%", "==", "!=", "<", ">", "&&", "||", "!", "??", "?", ":", "(", ")", "[", "]", "{", "}", ",", " in ",
		"map(", "filter(", "count(", "sum(", "sortBy(", "len(", "max(", "first(", "add(", "round(", ".open", ".sku", "#", `"pass"`, `"2 work days"`, `"x"`, "nil", "true",
		"let a = ", "; a", "if ", " else ", "people(sales", ", skill: ", "订单", " matches ", "people(", "，", "\x00", "\xff", "`",
	}
}

func anyFormula(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces()), 1, 14).Draw(t, "pieces"), "")
}

// sample draws formulas that compile from parts of a kind.
func sample(t *rapid.T, depth int) string {
	number := []string{"5", "0.25", "rate", "count_of", "margin", "len(order.lines)", "sum(order.lines, .ordered)", "days_between(today, due)"}
	if depth == 0 {
		return rapid.SampledFrom(number).Draw(t, "number")
	}
	a, b := sample(t, depth-1), sample(t, depth-1)
	return rapid.SampledFrom([]string{
		"(" + a + " + " + b + ")", "(" + a + " - " + b + ")", "(" + a + " * 3)", "(" + a + " / 7)",
		"(" + a + " > " + b + " ? " + a + " : " + b + ")", "max(" + a + ", " + b + ")", "part(" + a + ", 12.5)", "round(" + a + ", 2)",
		"(contact != nil ? 1 : " + b + ")", "count(order.lines, .open > " + a + ")", "(earlier?.share ?? " + a + ")",
	}).Draw(t, "form")
}

func TestTheSameScopeGivesTheSameValue(t *testing.T) {
	s := scope(t)
	compiledSome := false
	rapid.Check(t, func(t *rapid.T) {
		source := sample(t, 3)
		f, problems := Compile(source, world(), nil)
		if len(problems) > 0 {
			return // a quantity beside a percent
		}
		compiledSome = true
		again, _ := Compile(source, world(), nil)
		want, wantErr := f.Eval(s)
		for range 3 {
			got, err := again.Eval(s)
			if !reflect.DeepEqual(got, want) || (err == nil) != (wantErr == nil) {
				t.Fatalf("%s gives %v (%v), then %v (%v)", source, want, wantErr, got, err)
			}
		}
	})
	require.True(t, compiledSome)
}

func TestAFormulaServesManyAtOnce(t *testing.T) {
	f := compiled(t, `sum(order.lines, .price * .ordered) > 5 && count(order.lines, .open > 0) == 2`, nil)
	s := scope(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				if yes, err := f.Bool(s); err != nil || !yes {
					t.Error(yes, err)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestNoTextMakesTheCompilerPanic(t *testing.T) {
	s := scope(t)
	rapid.Check(t, func(t *rapid.T) { compileAndRun(t, anyFormula(t), s) })
}

// compileAndRun checks what holds for any text: problems lie within it, and a formula without problems
// gives a value of its type, which can be kept.
func compileAndRun(t interface{ Fatalf(string, ...any) }, source string, s *Scope) {
	f, problems := Compile(source, world(), nil)
	for _, p := range problems {
		if p.Code == "" || p.Message == "" || p.Offset < 0 || p.Offset > len([]rune(source)) {
			t.Fatalf("%q: %+v", source, p)
		}
		if p.Code == codeUnsupported && strings.Contains(p.Message, "not supported") {
			t.Fatalf("%q passed the check and was not compiled: %s", source, p.Message)
		}
	}
	if f == nil {
		return
	}
	v, err := f.Eval(s)
	if err != nil {
		var need *NeedLookup
		known := errors.Is(err, ErrTooMuch) || errors.Is(err, value.ErrDivisionByZero) || errors.Is(err, value.ErrTwoCurrencies) || errors.Is(err, ErrNoRate) || strings.Contains(err.Error(), "no currency") || errors.As(err, &need) ||
			strings.Contains(err.Error(), "calendar") || strings.Contains(err.Error(), "out of range") || strings.Contains(err.Error(), "no time of day")
		if !known {
			t.Fatalf("%q: %v", source, err)
		}
		return
	}
	if v == nil {
		return
	}
	if _, err := f.Type().AsOptional().Accept(v, value.Defaults{}); err != nil && f.Type().Kind != value.Nothing {
		t.Fatalf("%q gives %v, no %s: %v", source, v, f.Type(), err)
	}
	text, err := value.Encode(v)
	if err != nil {
		t.Fatalf("%q gives %v: %v", source, v, err)
	}
	if kept, err := value.Decode(text); err != nil || !value.Equal(v, kept) {
		t.Fatalf("%q gives %v, which comes back as %v: %v", source, v, kept, err)
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`order.total > settings.controller_limit && credit.result != "pass"`, `map(order.lines, {sku: .sku})`, `people(sales, skill: "x")`,
		`earlier?.result ?? "x"`, `let a = 1; a < 2 < 3`, `sortBy(order.lines, .price, "desc")[0]?.price`, `add(now, "2 work days")`, `{`, `first([]) ?? [nil]`,
		`convert(order.total, "EUR") > convert(order.total, order.number)`,
	} {
		f.Add(seed)
	}
	s := scope(f)
	f.Fuzz(func(t *testing.T, source string) {
		compileAndRun(t, source, s)
		CompileText("{{"+source+"}}", world(), nil)
	})
}

func BenchmarkEval(b *testing.B) {
	s := scope(b)
	s.Now = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for name, source := range map[string]string{
		"condition": `order.total > settings.controller_limit && credit.result != "pass"`,
		"path":      `order.number`,
		"sum":       `sum(order.lines, .price * .ordered)`,
		"count":     `count(order.lines, .open > 0)`,
		"arith":     `round(part(order.total, margin) + 100, 2)`,
		"add":       `add(now, "2 work days")`,
	} {
		f := compiled(b, source, nil)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Eval(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	w := world()
	for b.Loop() {
		if _, problems := Compile(`order.total > settings.controller_limit && credit.result != "pass"`, w, nil); problems != nil {
			b.Fatal(problems)
		}
	}
}
