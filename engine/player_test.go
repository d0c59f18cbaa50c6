package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/definitions/value"
	"waybill/engine"
)

// packFile is the pack around the processes of the tests.
const packFile = `name: trade
title: Trade
currency: CNY
calendar:
  zone: Asia/Shanghai
  hours: {monday: 09:00-17:00, tuesday: 09:00-17:00, wednesday: 09:00-17:00, thursday: 09:00-17:00, friday: 09:00-17:00}
roles: {sales: Sales, manager: Manager, finance: Finance, clerk: Clerk}
settings:
  limit: {type: number, default: 100}
`

const messagesFile = `messages:
  order.cancelled: {with: {reason: text}}
  goods.arrived: {with: {quantity: quantity}}
  order.changed: {with: {note: optional text}}
`

// player plays one scenario: it holds an instance and does to it what the file says.
type player struct {
	process  *definitions.Process
	pack     *definitions.Pack
	state    engine.State
	at       time.Time
	settings map[string]any
	objects  map[engine.Ref]any
	lookups  map[engine.Ref]any
}

func newPlayer() *player {
	return &player{
		at:       time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC), // a Monday, 09:00 in Shanghai
		settings: map[string]any{"limit": value.Int(100)},
		objects: map[engine.Ref]any{
			{Object: "superior", ID: "ann"}:    "chief",
			{Object: "crm.customer", ID: "C1"}: map[string]any{"name": "Bikes Ltd", "limit": value.Int(500)},
		},
	}
}

// loadPack loads processes given as one process's text, or as an archive of files.
func loadPack(t testing.TB, text string) *definitions.Pack {
	t.Helper()
	fsys := fstest.MapFS{
		"pack.yaml":           {Data: []byte(packFile)},
		"messages.types.yaml": {Data: []byte(messagesFile)},
	}
	archive := txtar.Parse([]byte(text))
	for _, f := range archive.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	if strings.TrimSpace(string(archive.Comment)) != "" {
		fsys["main.process.yaml"] = &fstest.MapFile{Data: archive.Comment}
	}
	pack, findings := definitions.Load(fsys, theShelf())
	for _, f := range findings {
		if pack == nil || f.Severity == definitions.Error {
			t.Error(f.String())
		}
	}
	if pack == nil {
		t.Fatal("the pack has findings")
	}
	return pack
}

// play does one directive of a scenario file and returns all that can be observed of it.
func (p *player) play(t testing.TB, d *datadriven.TestData) string {
	switch d.Cmd {
	case "process":
		at := p.at
		*p = *newPlayer()
		p.at = at
		p.pack = loadPack(t, d.Input)
		for _, process := range p.pack.Processes {
			if p.process == nil || process.ID == "main" {
				p.process = process
			}
		}
		return "ok\n"
	case "clock":
		at, err := time.Parse("2006-01-02T15:04", d.CmdArgs[0].Key)
		must(t, err)
		p.at = at.Add(-8 * time.Hour)
		return ""
	case "advance":
		by, err := time.ParseDuration(d.CmdArgs[0].Key)
		must(t, err)
		p.at = p.at.Add(by)
		return p.apply(t, engine.Event{Body: engine.Ticked{}})
	case "setting":
		for _, arg := range d.CmdArgs {
			p.settings[arg.Key] = decode(t, arg.Vals[0])
		}
		return ""
	case "outstanding":
		return p.outstanding()
	case "data":
		return show(p.state.Data()) + "\n"
	case "progress":
		return p.progress()
	}
	return p.apply(t, p.event(t, d))
}

func (p *player) event(t testing.TB, d *datadriven.TestData) engine.Event {
	var e engine.Event
	args := arguments(d)
	e.By, e.For = args["as"], args["for"]
	if at := args["recorded"]; at != "" {
		ago, err := time.ParseDuration(at)
		must(t, err)
		e.Recorded = p.at.Add(-ago)
	}
	target := ""
	if len(d.CmdArgs) > 0 && len(d.CmdArgs[0].Vals) == 0 {
		target = d.CmdArgs[0].Key
	}
	e.Body = p.body(t, d, target, args)
	return e
}

func (p *player) body(t testing.TB, d *datadriven.TestData, target string, args map[string]string) engine.Body {
	with := record(t, d.Input)
	wait := p.wait(t, target, args)
	switch d.Cmd {
	case "start":
		depth := 0
		if args["depth"] != "" {
			_, err := fmt.Sscan(args["depth"], &depth)
			must(t, err)
		}
		return engine.Started{Instance: map[string]any{"id": "1"}, Input: with, Depth: depth}
	case "tick":
		return engine.Ticked{}
	case "claim":
		return engine.Claimed{Wait: wait}
	case "release":
		return engine.Released{Wait: wait}
	case "complete":
		return engine.Completed{Wait: wait, Outcome: args["outcome"], Form: with}
	case "message":
		return engine.Arrived{ID: args["id"], Message: target, Key: args["key"], With: with}
	case "answer":
		return engine.Answered{Wait: wait, Result: with}
	case "refuse":
		return engine.Answered{Wait: wait, Error: &engine.BusinessError{Code: args["code"], Text: args["text"], With: with}}
	case "fail":
		return engine.Failed{Wait: wait, Code: args["code"], Text: args["text"]}
	case "child":
		b := engine.ChildEnded{Wait: wait, Outcome: args["outcome"], Data: with, Undone: args["undone"] != ""}
		if args["error"] != "" {
			b.Error = &engine.BusinessError{Code: args["error"]}
		}
		return b
	case "acquired":
		return engine.Acquired{Wait: wait}
	case "retry":
		return engine.Retry{Wait: wait}
	case "skip":
		return engine.Skip{Wait: wait, Result: with}
	case "change":
		return engine.Change{Data: with}
	case "pause":
		return engine.Pause{}
	case "resume":
		return engine.Resume{}
	case "cancel":
		return engine.Cancel{Reason: args["reason"]}
	case "undo":
		return engine.Undo{}
	}
	t.Fatalf("unknown directive %s", d.Cmd)
	return nil
}

// wait finds the open step that a directive means: by its wait id, or by the name of its step, action
// or sub-process; nth= picks one of several.
func (p *player) wait(t testing.TB, target string, args map[string]string) engine.NodeID {
	if target == "" {
		return 0
	}
	var id engine.NodeID
	if _, err := fmt.Sscanf(target, "#%d", &id); err == nil {
		return id
	}
	nth := 1
	if args["nth"] != "" {
		_, err := fmt.Sscan(args["nth"], &nth)
		must(t, err)
	}
	for _, o := range p.state.Open() {
		if o.Step == target || o.Name == target {
			if nth--; nth == 0 {
				return o.Wait
			}
		}
	}
	return 0
}

// apply applies an event the way a host does, and holds every promise of the engine to it.
func (p *player) apply(t testing.TB, e engine.Event) string {
	e.At, e.Settings, e.Lookups, e.Uses = p.at, p.settings, p.lookups, p.uses()
	refusal := p.accepts(t, &e)
	if refusal != nil {
		next, commands, err := engine.Step(p.process, p.state, e)
		must(t, err)
		p.state = next
		return p.observed(commands) + "refused " + refusal.Error() + "\n"
	}
	next, commands, err := promises(p.process, p.state, e)
	if err != nil {
		return "error " + err.Error() + "\n"
	}
	p.state = next
	return p.observed(commands)
}

// uses returns the settings of the packs that the process's pack uses, as they are by default.
func (p *player) uses() map[string]map[string]any {
	of := map[string]map[string]any{}
	for name, used := range p.process.Pack.Uses {
		of[name] = map[string]any{}
		for _, f := range used.Settings {
			of[name][f.Name] = f.Default
		}
	}
	return of
}

// accepts asks Accepts, fetching what formulas look up.
func (p *player) accepts(t testing.TB, e *engine.Event) error {
	for {
		err := engine.Accepts(p.process, p.state, *e)
		if err == nil {
			_, _, err = engine.Step(p.process, p.state, *e)
		}
		var need *formula.NeedLookup
		if !errors.As(err, &need) {
			var refusal *engine.Refusal
			if errors.As(err, &refusal) {
				return refusal
			}
			return nil
		}
		ref := engine.Ref{Object: need.Object, ID: need.ID}
		if p.lookups == nil {
			p.lookups = map[engine.Ref]any{}
		} else {
			p.lookups = maps.Clone(p.lookups)
		}
		p.lookups[ref] = p.objects[ref]
		e.Lookups = p.lookups
	}
}

// promises calls Step and reports a broken promise as an error: the state given stays as it was, the
// same call gives the same result, and so does the state after a round trip through JSON.
func promises(d *definitions.Process, s engine.State, e engine.Event) (engine.State, []engine.Command, error) {
	before, err := json.Marshal(s)
	if err != nil {
		return s, nil, err
	}
	next, commands, err := engine.Step(d, s, e)
	if err != nil {
		return s, nil, err
	}
	if after, _ := json.Marshal(s); string(after) != string(before) {
		return s, nil, fmt.Errorf("step changed its state: %s", cmp.Diff(string(before), string(after)))
	}
	restored := engine.State{}
	if s.Format != 0 {
		if restored, err = engine.DecodeState(before); err != nil {
			return s, nil, err
		}
	}
	again, same, err := engine.Step(d, restored, e)
	if err != nil {
		return s, nil, err
	}
	if a, b := encode(next), encode(again); a != b {
		return s, nil, fmt.Errorf("a restored state went another way: %s", cmp.Diff(a, b))
	}
	if a, b := text(commands), text(same); a != b {
		return s, nil, fmt.Errorf("a restored state gave other commands: %s", cmp.Diff(a, b))
	}
	return next, commands, nil
}

func encode(s engine.State) string {
	text, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func text(commands []engine.Command) string {
	var b strings.Builder
	for _, c := range commands {
		b.WriteString(line(c))
	}
	return b.String()
}

// number is an exact decimal.
func number(text string) value.Decimal {
	d, err := value.ParseDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func decode(t testing.TB, text string) any {
	v, err := value.Decode([]byte(text))
	must(t, err)
	return v
}

func record(t testing.TB, text string) map[string]any {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	m, ok := decode(t, text).(map[string]any)
	if !ok {
		t.Fatalf("expected a record, found %s", text)
	}
	return m
}

func arguments(d *datadriven.TestData) map[string]string {
	args := map[string]string{}
	for _, a := range d.CmdArgs {
		if len(a.Vals) > 0 {
			args[a.Key] = strings.Join(a.Vals, ", ")
		} else {
			args[a.Key] = "yes"
		}
	}
	return args
}
