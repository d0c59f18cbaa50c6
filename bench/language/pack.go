package language

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"
	"time"

	"waybill/activities"
	"waybill/definitions"
	"waybill/definitions/diagram"
	"waybill/definitions/packs"
	"waybill/engine/scenario"
)

// manufacturing is the pack that the binary brings along, with the process of that many steps in it.
func manufacturing(process string) (fstest.MapFS, error) {
	folder, found := packs.Open("manufacturing")
	if !found {
		return nil, fmt.Errorf("no pack manufacturing")
	}
	files := fstest.MapFS{}
	for _, pattern := range []string{"pack.yaml", "*.types.yaml", "*.decision.yaml"} {
		names, err := fs.Glob(folder, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, err
			}
			files[name] = &fstest.MapFile{Data: text}
		}
	}
	files["long.process.yaml"] = &fstest.MapFile{Data: []byte(process)}
	return files, nil
}

// part is ten steps of the usual kinds.
const part = `  - stage: part_%[1]d
    steps:
      - do: billing.exposure
        with: {customer: = customer, order: = order, adding: = amount}
        result: exposure_%[1]d
      - decide: credit
        id: credit_%[1]d
        with: {exposure: = exposure_%[1]d.percent, overdue_days: = exposure_%[1]d.overdue_days, dunning_level: = exposure_%[1]d.dunning_level, on_hold: = exposure_%[1]d.on_hold}
      - approve: release_%[1]d
        when: credit_%[1]d.result != "pass"
        show: [order, amount, exposure_%[1]d]
        by: [{role: credit_controller, due: 4 work hours}, {role: finance_manager, when: amount > settings.controller_limit}]
        on_reject:
          - end: refused
      - choose:
          - when: amount > settings.controller_limit
            steps:
              - task: confirm_%[1]d
                role: sales
                form: {note: optional text}
          - else: []
      - do: stock.reserve
        with: {order: = order}
        result: reservation_%[1]d
      - each: short in reservation_%[1]d.shortages
        steps:
          - wait: 2 work days
            when: short.quantity > 5
`

// longProcess has that many steps.
func longProcess(steps int) string {
	var out strings.Builder
	out.WriteString("process: long\ninput: {customer: ref crm.customer, order: text, amount: money}\noutcomes: {delivered: keep, refused: undo}\nsteps:\n")
	for i := range steps / 10 {
		fmt.Fprintf(&out, part, i)
	}
	return out.String()
}

// loaded checks and compiles a process of that many steps.
func loaded(files fs.FS, catalogue definitions.Catalogue, steps int) (*definitions.Process, error) {
	pack, findings := definitions.Load(files, catalogue)
	if pack == nil {
		return nil, fmt.Errorf("the process is not in order: %v", findings)
	}
	d := pack.Processes["long"]
	if len(d.Steps) != steps {
		return nil, fmt.Errorf("the process has %d steps, not %d", len(d.Steps), steps)
	}
	return d, nil
}

// long is the pack with a process of that many steps, and what it is checked against.
func long(steps int) (fstest.MapFS, definitions.Catalogue, error) {
	catalogue, err := activities.Catalogue()
	if err != nil {
		return nil, nil, err
	}
	files, err := manufacturing(longProcess(steps))
	return files, catalogue, err
}

// checkMS is how long it takes to read, check and compile a process of 1,000 steps with its pack.
func (m measuring) checkMS(context.Context) (float64, error) {
	const steps = 1000
	files, catalogue, err := long(steps)
	if err != nil {
		return 0, err
	}
	took, err := m.median(func() error {
		_, err := loaded(files, catalogue, steps)
		return err
	})
	return milliseconds(took), err
}

// diagramMS is how long it takes to lay out a process of 200 steps and to write it as SVG.
func (m measuring) diagramMS(context.Context) (float64, error) {
	const steps = 200
	files, catalogue, err := long(steps)
	if err != nil {
		return 0, err
	}
	d, err := loaded(files, catalogue, steps)
	if err != nil {
		return 0, err
	}
	took, err := m.median(func() error {
		var out strings.Builder
		return diagram.Of(d, diagram.Options{}).WriteSVG(&out)
	})
	return milliseconds(took), err
}

// casesS is how long 1,000 cases take: those of the pack in turn, each played from start to end.
func (m measuring) casesS(context.Context) (float64, error) {
	const cases = 1000
	catalogue, err := activities.Catalogue()
	if err != nil {
		return 0, err
	}
	folder, _ := packs.Open("manufacturing")
	pack, findings := definitions.Load(folder, catalogue)
	if pack == nil {
		return 0, fmt.Errorf("the pack is not in order: %v", findings)
	}
	files, findings := definitions.LoadTests(folder, pack)
	if definitions.HasErrors(findings) {
		return 0, fmt.Errorf("the tests are not in order: %v", findings)
	}
	took, err := m.median(func() error { return playCases(files, cases) })
	return took.Round(time.Millisecond).Seconds(), err
}

func playCases(files []*definitions.TestFile, cases int) error {
	for played := 0; played < cases; {
		for _, file := range files {
			for _, c := range file.Cases {
				if r := scenario.Run(file.Process, c); len(r.Failures) > 0 {
					return fmt.Errorf("%s: %s", c.Name, r.Failures[0].Happened)
				}
				if played++; played == cases {
					return nil
				}
			}
		}
	}
	return nil
}
