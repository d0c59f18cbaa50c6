package definitions_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"waybill/definitions"
)

// packWith returns the shared pack with one process.
func packWith(t testing.TB, process string) fs.FS {
	return folder(t, &txtar.Archive{Files: []txtar.File{{Name: "order.process.yaml", Data: []byte(process)}}})
}

func TestAFileThatCouldHurtItsReaderIsRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"two mebibytes", "process: order\nnote: " + strings.Repeat("x", 2<<20) + "\nsteps: []\n",
			"order.process.yaml:1:1: the file is larger than 1024 KiB; split it [too-large]\n",
		},
		{
			"no UTF-8", "process: order\ntitle: caf\xe9\nsteps: []\n",
			"order.process.yaml:2:11: this byte is no UTF-8 text; save the file as UTF-8 [not-utf8]\n",
		},
		{
			"a control character", "process: order\ntitle: a\x01b\nsteps: []\n",
			"order.process.yaml:2:1: the file holds a control character [not-yaml]\n",
		},
		{
			"twenty thousand braces", "process: order\nnote: " + strings.Repeat("{a: ", 20_000) + "\n",
			"order.process.yaml:2:1: this is nested too deep [not-yaml]\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			pack, found := definitions.Load(packWith(t, c.text), newTrade())
			require.Nil(t, pack)
			require.Equal(t, c.want, listed(found))
		})
	}
}

// A large file takes seconds at most, whatever is in it. A hang fails by the test's timeout.
func TestNoFileTakesForEver(t *testing.T) {
	full := func(unit string) string { return strings.Repeat(unit, 300_000/len(unit)) }
	numbered := func(format string) string {
		var out strings.Builder
		for i := 0; out.Len() < 300_000; i++ {
			fmt.Fprintf(&out, format, i)
		}
		return out.String()
	}
	for name, text := range map[string]string{
		"one line of keys that are nearly right": "process: order\nsteps: [{wait: 2d, " + numbered("id%d: x, ") + "}]\n",
		"one line of broken formulas":            "process: order\nsteps: [" + numbered("{wait: = or%d.x == 5}, ") + "]\n",
		"one line of nameless tags":              "process: order\nsteps: [" + full("! a, ") + "]\n",
		"steps that are none":                    "process: order\nsteps:\n" + full(" - x: y\n"),
		"steps that wait":                        "process: order\nsteps:\n" + full(" - wait: 2d\n"),
		"the same key":                           "process: order\n" + full("steps: []\n"),
		"types that hold each other":             "process: order\nsteps: []\ntypes:\n" + numbered(" T%[1]d: {a: T%[1]d}\n"),
		"results":                                "process: order\nsteps:\n" + numbered(" - {do: shipping.next_shipment, with: {order: x}, result: r%d}\n"),
		"comments":                               full("#\n"),
		"questions":                              full("? a\n"),
		"open brackets":                          full("["),
		"dashes":                                 full("- "),
		"a formula over all of it":               "process: order\nsteps:\n - wait: = " + full("a + "),
		"quotes":                                 "process: order\nsteps:\n - wait: '" + full("''"),
		"ends":                                   "process: order\noutcomes: {delivered: keep}\nsteps:\n" + numbered(" - {end: delivered, when: %d > 2}\n"),
		"handlers":                               "process: order\nsteps:\n" + full(" - {raise: late, on_error: {late: [{raise: late}]}}\n"),
		"results and ends": "process: order\noutcomes: {delivered: keep}\nsteps:\n" + numbered(
			" - {do: shipping.next_shipment, with: {order: x}, result: r%[1]d}\n - {end: delivered, when: %[1]d > 2}\n"),
		"branches":             "process: order\nsteps:\n - choose:\n" + numbered("    - {when: instance.key == \"%d\", steps: []}\n"),
		"types in a chain":     "process: order\nsteps: []\ntypes:\n T0: {a: text}\n" + chain(" T%d: {a: T%d, b: T%[2]d}\n"),
		"waits for steps":      "process: order\nsteps:\n" + numbered(" - {task: t%[1]d, role: sales}\n - wait: {steps: [t%[1]d]}\n"),
		"comments that accept": "process: order\nsteps: []\n" + full(" # waybill: allow ends-beside so it is\n"),
		"comments that do not": "process: order\nsteps: []\n" + full(" # waybill: allow this\n"),
		"conditions and what they read": "process: order\ninput: {a: A | B}\ndata: {x: {type: text, default: a}}\ntypes: {A: text}\nsteps:\n" + numbered(
			" - {wait: 2d, when: x == \"%[1]d\" and x != \"%[1]d\"}\n - set: {x: \"%[1]d\"}\n"),
		"many that leave":   "process: order\ndata: {x: {type: text, default: a}}\nsteps:\n" + numbered(" - {end: done, when: x == \"%d\"}\n"),
		"branches that end": "process: order\nsteps:\n - parallel:\n" + numbered("    - {id: b%[1]d, steps: [{do: stock.reserve, with: {order: x, lines: []}}, {end: done}]}\n"),
		"waits in a circle": "process: order\nsteps:\n - parallel:\n" + numbered("    - {steps: [{wait: {steps: [t%[1]d]}}, {stage: s%[1]d, steps: [{wait: 2d}]}]}\n    - {steps: [{wait: {steps: [s%[1]d]}}, {task: t%[1]d, role: sales}]}\n"),
		"brackets in conditions": "process: order\ndata: {x: {type: text, default: a}}\nsteps:\n" + full(
			" - {wait: 2d, when: "+strings.Repeat("(", 50)+"x == \"a\" or x == \"b\" and x == \"c\""+strings.Repeat(")", 50)+"}\n"),
		"loops that look again": "process: order\ndata: {x: {type: text, default: a}}\nsteps:\n" + numbered(
			" - {repeat: r%[1]d, until: x == \"%[1]d\", at_most: 2, steps: [{set: {x: \"%[1]d\"}}, {wait: 2d, when: x == \"b\"}]}\n"),
		"names that are not": "process: order\nsteps:\n" + numbered(" - {do: shipping.next_shipment, with: {order: x}, result: result_%[1]d}\n - set: {resalt_%[1]d: 5}\n"),
	} {
		t.Run(name, func(t *testing.T) {
			_, _ = definitions.Load(packWith(t, text[:min(len(text), 1<<20)]), newTrade())
		})
	}
}

func TestFindingsComeToAnEnd(t *testing.T) {
	_, found := definitions.Load(packWith(t, "process: order\nsteps:\n"+strings.Repeat(" - {}\n", 5000)), newTrade())
	require.Len(t, found, 1001)
	require.Contains(t, listed(found[999:]), "order.process.yaml:1002:4: after 1000 findings the rest was not read; mend these first [too-many]")
}

func TestTheRevisionIsTheContentOfAllFiles(t *testing.T) {
	hash := func(files fs.FS) string {
		pack, found := definitions.Load(files, newTrade())
		require.Empty(t, listed(found))
		return pack.Hash
	}
	one := hash(packWith(t, "process: order\nsteps: []\n"))
	require.Equal(t, one, hash(packWith(t, "process: order\nsteps: []\n")))
	require.NotEqual(t, one, hash(packWith(t, "process: order\nsteps:  []\n")), "a space more is another revision")
	renamed := folder(t, &txtar.Archive{Files: []txtar.File{{Name: "orders.process.yaml", Data: []byte("process: order\nsteps: []\n")}}})
	require.NotEqual(t, one, hash(renamed))
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", one)
}

// chain repeats a line with the numbers 1 and 0, 2 and 1, and so on.
func chain(format string) string {
	var out strings.Builder
	for i := 1; out.Len() < 300_000; i++ {
		fmt.Fprintf(&out, format, i, i-1)
	}
	return out.String()
}

// longProcess has n steps of all the usual kinds.
func longProcess(n int) string {
	var out strings.Builder
	out.WriteString("process: order\ninput: {order: Order}\noutcomes: {delivered: keep, refused: undo}\nsteps:\n")
	for i := 0; i < n; i += 10 {
		fmt.Fprintf(&out, `  - stage: part_%[1]d
    steps:
      - do: billing.exposure
        with: {customer: = order.customer, adding: = order.total * 2}
        result: exposure_%[1]d
      - decide: credit
        id: credit_%[1]d
        with: {grade: = order.customer.grade, exposure: = exposure_%[1]d.percent, overdue_days: = exposure_%[1]d.overdue_days}
      - approve: release_%[1]d
        when: credit_%[1]d.result != "pass"
        show: [order.number, order.total, exposure_%[1]d]
        by: [{role: credit_controller, due: 4 work hours}]
        on_reject:
          - end: refused
      - choose:
          - when: order.total > settings.controller_limit
            steps:
              - task: confirm_%[1]d
                role: sales
                form: {note: optional text}
          - else: []
      - do: stock.reserve
        with: {order: = order.number, lines: = order.lines}
        result: reservation_%[1]d
      - each: short in reservation_%[1]d.shortages
        steps:
          - wait: 2 work days
            when: short.quantity > 5
`, i)
	}
	return out.String()
}

func BenchmarkLoadThousandSteps(b *testing.B) {
	files, catalogue := packWith(b, longProcess(1000)), newTrade()
	for b.Loop() {
		pack, _ := definitions.Load(files, catalogue)
		if pack == nil || len(pack.Processes["order"].Steps) != 1000 {
			b.Fatal("the process has not the steps that it should")
		}
	}
}
