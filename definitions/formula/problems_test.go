package formula

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/value"
)

func TestAMistakeIsFoundWithItsPlaceAndTheMendedFormula(t *testing.T) {
	for _, c := range []struct {
		source, want string
		offset       int
		code         string
		message      string
		mend         string
	}{
		{`oder.total > 5`, "", 0, codeUnknownName, `did you mean "order"`, `order.total > 5`},
		{`zebra`, "", 0, codeUnknownName, `no process data of this name`, ``},
		{`order.totl > 5`, "", 6, codeUnknownField, `did you mean "total"`, `order.total > 5`},
		{`订单.客户等 == "A"`, "", 3, codeUnknownField, `did you mean "客户等级"`, `订单.客户等级 == "A"`},
		{`order.customer.grad`, "", 15, codeUnknownField, `did you mean "grade"`, `order.customer.grade`},
		{`order.colour`, "", 6, codeUnknownField, `it has number, customer`, ``},
		{`order.lines.sku`, "", 12, codeUnknownField, `map(list, .sku)`, ``},
		{`order.number.length`, "", 13, codeUnknownField, `has no fields`, ``},
		{`first(order.lines)?.sku.name`, "", 24, codeUnknownObject, `no object stock.product`, ``},
		{`lenn(order.lines)`, "", 0, codeUnknownFunction, `did you mean "len"`, `len(order.lines)`},
		{`now()`, "", 0, codeUnknownFunction, `without brackets`, ``},
		{`keys(stock)`, "", 0, codeUnknownFunction, `unknown function "keys"`, ``},
		{`reduce(order.lines, .open)`, "", 0, codeUnknownFunction, `unknown function`, ``},
		{`convert(order.total, "euro")`, "", 21, codeWrongValue, `"euro": no currency of ISO 4217`, ``},
		{`convert(weight, "EUR")`, "", 8, codeWrongType, `weight`, ``},
		{`convert(order.total)`, "", 0, codeWrongArguments, `convert(money, currency)`, ``},
		{`append(order.tags, 5)`, "", 19, codeWrongType, `text is wanted here`, ``},
		{`append(order.number, "x")`, "", 13, codeWrongType, `is no list`, ``},
		{`sum`, "", 0, codeUnknownName, `it needs its brackets`, ``},
		{`credit.result == pass`, "", 17, codeMissingQuotes, `stands in quotes`, `credit.result == "pass"`},
		{`credit.result in [pass]`, "", 18, codeMissingQuotes, `stands in quotes`, `credit.result in ["pass"]`},
		{`credit.result == "pas"`, "", 17, codeUnknownChoice, `did you mean "pass"`, `credit.result == "pass"`},
		{`"approved" == credit.result`, "", 0, codeUnknownChoice, `none of the choices pass, review, block`, ``},
		{`order.urgent ? "mak" : "buy"`, "make | buy", 15, codeUnknownChoice, `did you mean "make"`, `order.urgent ? "make" : "buy"`},
		{`order.number > 5`, "", 13, codeWrongType, `order.number, a text, cannot be compared with 5, an integer`, `order.number > "5"`},
		{`order.number == 5`, "", 13, codeWrongType, `cannot be compared`, `order.number == "5"`},
		{`margin > "5"`, "", 9, codeWrongType, `a number stands without quotes`, `margin > 5`},
		{`order.number < "b"`, "", 13, codeNoOrder, `has no order`, ``},
		{`credit.result > "pass"`, "", 14, codeNoOrder, `has no order`, ``},
		{`due == deadline`, "", 4, codeWrongType, `date_of(...)`, ``},
		{`due > "tomorrow"`, "", 6, codeWrongValue, `not a date`, ``},
		{`patience > "soon"`, "", 11, codeWrongValue, `not a duration`, ``},
		{`order.total * margin`, "", 12, codePercent, `part(x, 5)`, `part(order.total, margin)`},
		{`margin * weight`, "", 7, codePercent, `a percent is not multiplied`, `part(weight, margin)`},
		{`(order.total + 5) * margin`, "", 18, codePercent, `a percent is not multiplied`, ``},
		{`weight + margin`, "", 7, codeWrongType, `quantity + percent cannot be calculated`, ``},
		{`order.number + 5`, "", 13, codeWrongType, `as_text(...)`, ``},
		{`due - today`, "", 4, codeWrongType, `days_between(a, b)`, ``},
		{`due + 5`, "", 4, codeWrongType, `add(now, "2 work days")`, ``},
		{`weight / margin`, "", 7, codeWrongType, `part(total, percent)`, ``},
		{`rate % 2`, "", 5, codeWrongType, `% is the rest`, ``},
		{`order.total * order.total`, "", 12, codeWrongType, `cannot be calculated`, ``},
		{`order.wanted < today`, "", 6, codeMayBeMissing, `order.wanted may be missing here; test it first with order.wanted != nil`, ``},
		{`earlier.result == "pass"`, "", 8, codeMayBeMissing, `?.`, ``},
		{`contact + "x"`, "", 0, codeMayBeMissing, `contact may be missing`, ``},
		{`contact`, "text", 0, codeMayBeMissing, `contact may be missing`, ``},
		{`agreed`, "boolean", 0, codeMayBeMissing, `agreed may be missing`, ``},
		{`agreed && true`, "", 0, codeMayBeMissing, `agreed may be missing`, ``},
		{`contact == nil && upper(contact) == "X"`, "", 24, codeMayBeMissing, `contact may be missing`, ``},
		{`count(order.lines, .promised < today)`, "", 20, codeMayBeMissing, `this may be missing`, ``},
		{`map(order.lines, .sku)[0] + "x"`, "", 22, codeMayBeMissing, `this may be missing`, ``},
		{`sum(order.lines, .promised)`, "", 17, codeMayBeMissing, `some of these may be missing`, ``},
		{`sum(order.tags)`, "", 10, codeWrongType, `cannot be added up`, ``},
		{`sum(order.total)`, "", 10, codeWrongType, `is no list`, ``},
		{`count(order.lines)`, "", 0, codeWrongArguments, `len(list)`, `len(order.lines)`},
		{`count(order.lines, .sku)`, "", 20, codeWrongType, `no condition`, ``},
		{`round()`, "", 0, codeWrongArguments, `round(x, places)`, ``},
		{`round(order.number)`, "", 12, codeWrongType, `no number and no money`, ``},
		{`min(order.tags)`, "", 0, codeNoOrder, `no least and greatest`, ``},
		{`sortBy(order.lines, .price, "down")`, "", 28, codeWrongArguments, `"asc" or "desc"`, ``},
		{`sortBy(order.lines, #)`, "", 20, codeNoOrder, `no order to sort by`, ``},
		{`order.number matches "("`, "", 21, codeWrongValue, `no pattern`, ``},
		{`order.number matches order.number`, "", 27, codeWrongArguments, `written out`, ``},
		{`5 in 6`, "", 5, codeWrongType, `is no list`, ``},
		{`5 in order.tags`, "", 2, codeWrongType, `is never in`, ``},
		{`[1, "a"]`, "", 4, codeWrongType, `values of one type`, ``},
		{`order.urgent ? 1 : "a"`, "", 6, codeWrongType, `both must be of one type`, ``},
		{`order.total ? 1 : 2`, "", 6, codeWrongType, `no condition`, ``},
		{`not credit.result == "pass"`, "", 11, codeWrongType, `no condition`, ``},
		{`-order.number`, "", 0, codeWrongType, `has no sign`, ``},
		{`order.total`, "text", 6, codeWrongType, `as_text(...)`, ``},
		{`order.total`, "boolean", 6, codeWrongType, `boolean is wanted here`, ``},
		{`rate`, "integer", 0, codeWrongType, `round(...)`, ``},
		{`deadline`, "date", 0, codeWrongType, `date_of(...)`, ``},
		{`buyer`, "ref crm.contact", 0, codeWrongType, `ref crm.contact is wanted here`, ``},
		{`mode`, "pass | block", 0, codeWrongType, `pass | block is wanted here`, ``},
		{`{resul: "pass"}`, "Credit", 1, codeUnknownField, `did you mean "result"`, `{result: "pass"}`},
		{`{result: "pass"}`, "Credit", 0, codeWrongType, `Credit is wanted here`, ``},
		{`map(order.lines, {sku: .skuu})`, "", 24, codeUnknownField, `did you mean "sku"`, `map(order.lines, {sku: .sku})`},
		{`{amount: "x", currency: "USD"}`, "", 0, codeWrongType, `together are money`, ``},
		{`{amount: 5, currency: "USD"} == {amount: 5, currency: "CNY"}`, "", 29, codeTwoCurrencies, `5 USD and 5 CNY`, ``},
		{`{amount: 5, currency: "yuan"}`, "", 0, codeWrongValue, `three capital letters`, ``},
		{`reached(pack)`, "", 8, codeUnknownStep, `no step "pack"`, ``},
		{`reached("pick")`, "", 8, codeWrongArguments, `needs the id of a step`, ``},
		{`people(nobody)`, "", 7, codeUnknownRole, `no role "nobody"`, ``},
		{`people("sales")`, "", 7, codeWrongArguments, `without quotes`, ``},
		{`add(margin, "2d")`, "", 4, codeWrongType, `no moment and no date`, ``},
		{`add(due, "2 workdays")`, "", 9, codeWrongValue, `not a duration`, ``},
		{`order.total = 5`, "", 12, codeSyntax, `compared with ==`, `order.total == 5`},
		{`order.total => 5`, "", 12, codeSyntax, `the = stands behind: >=`, `order.total >= 5`},
		{`order.total =< 5`, "", 12, codeSyntax, `the = stands behind: <=`, `order.total <= 5`},
		{`order.total >`, "", 13, codeSyntax, `ends too early`, ``},
		{`order.total > 5）`, "", 15, codeSyntax, `Latin keyboard`, `order.total > 5)`},
		{`max(1，2)`, "", 5, codeSyntax, `Latin keyboard`, `max(1,2)`},
		{`30m`, "", 2, codeSyntax, `a duration stands in quotes`, ``},
		{`"abc`, "", 4, codeSyntax, `not closed`, ``},
		{`a ?? b || c`, "", 7, codeSyntax, `brackets`, ``},
		{`order total`, "", 6, codeSyntax, `"total" is not expected here`, ``},
		{`99999999999999999999`, "", 19, codeSyntax, `too large`, ``},
		{``, "", 0, codeSyntax, `empty`, ``},
		{`order.number()`, "", 6, codeUnsupported, `only the functions of the library`, ``},
		{`order.tags[0:1]`, "", 10, codeUnsupported, `do not have this`, ``},
		{`1..5`, "", 1, codeUnsupported, `operator ..`, ``},
		{`2 ** 8`, "", 2, codeUnsupported, `operator **`, ``},
		{`map(order.tags, #index)`, "", 16, codeUnsupported, `#index`, ``},
		{`1; 2`, "", 0, codeUnsupported, `do not have this`, ``},
		{`$env`, "", 0, codeUnknownName, `unknown name`, ``},
	} {
		var wanted *value.Type
		if c.want != "" {
			wanted = typeOf(c.want)
		}
		f, problems := Compile(c.source, world(), wanted)
		require.Nil(t, f, c.source)
		require.NotEmpty(t, problems, c.source)
		p := problems[0]
		require.Equal(t, c.code, p.Code, "%s: %v", c.source, p)
		require.Contains(t, p.Message, c.message, c.source)
		require.Equal(t, c.offset, p.Offset, "%s: %v", c.source, p)
		require.Equal(t, c.mend, p.Mend, c.source)
		require.Len(t, problems, 1, c.source)
	}
}

func TestSeveralMistakesAreFoundAtOnce(t *testing.T) {
	_, problems := Compile(`oder.total > 5 && credit.resul == "pass" && lenn(order.lines) > 2`, world(), nil)
	require.Len(t, problems, 3)
	require.Less(t, problems[0].Offset, problems[1].Offset)
	require.Less(t, problems[1].Offset, problems[2].Offset)
}

func TestAFormulaThatIsTooLargeIsRefused(t *testing.T) {
	chain := "margin"
	for range 60 {
		chain = "(1 < " + chain + " < 2 ? 1 : 2)"
	}
	for situation, source := range map[string]string{
		"too long":          strings.Repeat("margin + ", 500) + "1",
		"too many parts":    strings.Repeat("1+", 1500) + "1",
		"chains in chains":  chain,
		"a pattern too big": `order.number matches "` + strings.Repeat("a", 300) + `"`,
	} {
		_, problems := Compile(source, world(), nil)
		require.NotEmpty(t, problems, situation)
		require.Equal(t, codeTooLarge, problems[0].Code, situation)
	}
	require.NotPanics(t, func() { Compile(strings.Repeat("(", 3999), world(), nil) })
}

func TestAFormulaThatTakesTooMuchIsStopped(t *testing.T) {
	s := scope(t)
	many := make([]any, 3000)
	for i := range many {
		many[i] = strings.Repeat("x", 100)
	}
	data := map[string]any{"order": map[string]any{"tags": many}}
	s.Get = func(name string) any { return data[name] }
	for situation, source := range map[string]string{
		"loops in loops":     `count(order.tags, count(order.tags, # == "a") > 0)`,
		"lists in lists":     `len(map(order.tags, map(order.tags, 1)))`,
		"membership":         `count(order.tags, # in order.tags)+ count(order.tags, "y" in order.tags)`,
		"a long text":        `join(order.tags, "")`,
		"a growing text":     `let a = join(["` + strings.Repeat("y", 900) + `"], ""); let b = a+a+a+a+a+a+a+a+a+a; let c = b+b+b+b+b+b+b+b+b+b; let d = c+c; d`,
		"a growing number":   `let a = 9999999999.5; let b = a*a*a*a; let c = b*b*b*b; let d = c*c*c*c; d`,
		"a growing decimal":  `let a = 0.0000000001; let b = a*a*a*a; let c = b*b*b*b; let d = c*c*c*c; d`,
		"many places":        `round(1.5, 5000)`,
		"too many to write":  `round(1.5, 128)`,
		"too small to write": `let a = 0.01; let b = a*a*a*a; let c = b*b*b*b; c*c*c*c`,
	} {
		f, problems := Compile(source, world(), nil)
		require.Empty(t, problems, situation)
		_, err := f.Eval(s)
		require.ErrorIs(t, err, ErrTooMuch, situation)
	}
}
