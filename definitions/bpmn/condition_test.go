package bpmn_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/bpmn"
)

// gateway is a process that goes the one way where a condition holds, and the other where it does not.
func gateway(t *testing.T, condition, language string) string {
	t.Helper()
	var text strings.Builder
	require.NoError(t, xml.EscapeText(&text, []byte(condition)))
	if language != "" {
		language = ` language="` + language + `"`
	}
	return around(`<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="g"/><exclusiveGateway id="g" default="no"/>
		<sequenceFlow id="yes" sourceRef="g" targetRef="a"><conditionExpression` + language + `>` + text.String() + `</conditionExpression></sequenceFlow>
		<sequenceFlow id="no" sourceRef="g" targetRef="b"/><task id="a"/><task id="b"/>`)
}

func TestAPlainConditionBecomesAFormulaOfTheSameMeaning(t *testing.T) {
	for _, c := range []struct{ condition, language, want, input string }{
		{"${amount > 1000}", "", "amount > 1000", "{amount: number}"},
		{"${ amount gt 1000.50 }", "", "amount > 1000.50", "{amount: number}"},
		{"#{1000 le amount}", "", "1000 <= amount", "{amount: number}"},
		{"${amount == -3}", "", "amount == -3", "{amount: number}"},
		{"${status eq 'open' or status == \"new\"}", "", `status == "open" or status == "new"`, "{status: text}"},
		{"${approved}", "", "approved", "{approved: boolean}"},
		{"#{!approved}", "", "not approved", "{approved: boolean}"},
		{"${not approved && a < 1}", "", "not approved and a < 1", "{a: number, approved: boolean}"},
		{"${approved == true}", "", "approved", "{approved: boolean}"},
		{"${approved != true}", "", "not approved", "{approved: boolean}"},
		{"${approved == 'true'}", "", `approved == "true"`, "{approved: text}"},
		{"${(a || b) && c}", "", "(a or b) and c", "{a: boolean, b: boolean, c: boolean}"},
		{"${a || b && c}", "", "a or (b and c)", "{a: boolean, b: boolean, c: boolean}"},
		{"${a == b and b > 1 and a > 2}", "", "", ""}, // what a is, is not known where it is first read
		{"=amount > 1000", "", "amount > 1000", "{amount: number}"},
		{"= level = \"gold\" and not(blocked)", "", `level == "gold" and not blocked`, "{blocked: boolean, level: text}"},
		{"amount >= 5", "feel", "amount >= 5", "{amount: number}"},
		{"amount > 5 && ok == false", "groovy", "amount > 5 and not ok", "{amount: number, ok: boolean}"},
		{"kind === 'x' || kind !== 'y'", "JavaScript", `kind == "x" or kind != "y"`, "{kind: text}"},
		{"amount > 5 and grade = 'A'", "", `amount > 5 and grade == "A"`, "{amount: number, grade: text}"},
		{"数量 > 5", "", "数量 > 5", "{数量: number}"},
		{"${len > 5}", "", "the_len > 5", "{the_len: number}"},

		{"${execution.getVariable('amount') > 5}", "", "", ""},
		{"${order.amount > 5}", "", "", ""},
		{"${amount + 1 > 5}", "", "", ""},
		{"${amount = 5}", "", "", ""},
		{"=amount == 5", "", "", ""},
		{"=name = 'x'", "", "", ""},
		{"=count(items) > 5", "", "", ""},
		{"=if a then b else c", "", "", ""},
		{"= a in [1..5]", "", "", ""},
		{"a = 5", "groovy", "", ""},
		{"a and b", "groovy", "", ""},
		{"amount > 5", "python", "", ""},
		{"${a > 5 && a == 'x'}", "", "", ""},
		{"${name > 'x'}", "", "", ""},
		{"${a == b}", "", "", ""},
		{"${a == null}", "", "", ""},
		{"${empty a}", "", "", ""},
		{"${1 < a < 5}", "", "", ""},
		{"${not a == 5}", "", "", ""},
		{"${a > 5} and ${b}", "", "", ""},
		{"${text == 'it\\'s'}", "", "", ""},
		{"${(a > 5}", "", "", ""},
		{"${true}", "", "", ""},
		{"${a > 1e3}", "", "", ""},
		{"the customer is known", "", "", ""},
		{"${}", "", "", ""},
		{"=", "", "", ""},
		{"${" + strings.Repeat("(", 100) + "a" + strings.Repeat(")", 100) + "}", "", "", ""},
	} {
		t.Run(c.condition, func(t *testing.T) {
			r, err := bpmn.Import(strings.NewReader(gateway(t, c.condition, c.language)))
			require.NoError(t, err)
			text := r.Processes[0].Text
			for _, f := range findings(r) {
				require.NotEqual(t, definitions.Error, f.Severity, "%s\n%s", f, text)
			}
			if c.want == "" {
				require.Contains(t, text, ".outcome ==", "a person says which way to go")
				return
			}
			require.Contains(t, strings.ReplaceAll(text, "'", ""), "when: "+c.want+"\n")
			require.Contains(t, text, "input: "+c.input+"\n")
		})
	}
}

func TestAVariableOfSeveralFormsIsReadWhereItWasSaidLast(t *testing.T) {
	form := `<extensionElements><formData xmlns="http://camunda.org/schema/1.0/bpmn"><formField id="ok" type="boolean"/></formData></extensionElements>`
	text := func(second string) string {
		r, err := bpmn.Import(strings.NewReader(around(`<userTask id="one">` + form + `</userTask><sequenceFlow id="f" sourceRef="one" targetRef="two"/>
			<userTask id="two">` + second + `</userTask><sequenceFlow id="g" sourceRef="two" targetRef="x"/><exclusiveGateway id="x" default="no"/>
			<sequenceFlow id="yes" sourceRef="x" targetRef="a"><conditionExpression>${ok}</conditionExpression></sequenceFlow>
			<sequenceFlow id="no" sourceRef="x" targetRef="b"/><task id="a"/><task id="b"/>`)))
		require.NoError(t, err)
		return r.Processes[0].Text
	}
	require.Contains(t, text(""), "when: one.ok\n")
	require.Contains(t, text(form), "when: two.ok\n")
}
