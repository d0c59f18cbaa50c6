package definitions

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// compiler turns the nodes of one process into its model, following the process data as it goes.
type compiler struct {
	*loader
	proc   *Process
	types  *typeSet
	flow   *flow
	static formula.Static

	stepIDs map[string]Position // every id of the file, known before the first step is read
	seen    map[string]bool     // ids of steps that were read
	hidden  map[string]bool     // process data whose type is unknown after a finding
	reads   map[string]bool     // what formulas read of a result: credit_release.outcome
	set     map[string]Position // where results are set first, known before the first step is read
	runs    map[string]string   // the process whose result stands under an id
	later   []func()            // checks that need the whole process
	spots   map[string]spot     // where its steps stand, once one of these checks asked

	used    uses
	stage   stageDefaults
	ends    []ending
	blocks  []*standingIn   // the blocks around the step that is read, outermost first
	aims    map[string]bool // the steps that some back_to leads to, known before the first step is read
	cut     map[string]bool // the steps that some cancel names, known before the first step is read
	locked  bool            // inside the steps of a lock
	undoing bool            // inside a compensation

	whole       *node           // the process as written
	setAnywhere map[string]bool // what its steps set, once a check asked
	stayOpen    map[string]bool // what the list of some each with open_until reads, known before the first step is read
}

// stageDefaults is what the stages around a step give to its tasks.
type stageDefaults struct {
	assign bool
	only   Audience
}

func (l *loader) newCompiler(proc *Process, types *typeSet) *compiler {
	c := &compiler{
		loader: l, proc: proc, types: types, flow: newFlow(),
		stepIDs: map[string]Position{}, seen: map[string]bool{}, hidden: map[string]bool{}, reads: map[string]bool{},
		set: map[string]Position{}, runs: map[string]string{}, aims: map[string]bool{}, cut: map[string]bool{},
		used:     uses{names: map[string]bool{}, whole: map[string]bool{}},
		stayOpen: map[string]bool{},
	}
	c.static = formula.Static{
		Names:    c.flow.names,
		Settings: l.settings,
		Object:   l.catalogue.Object,
		Step:     func(id string) bool { _, ok := c.stepIDs[id]; return ok },
		Steps:    func() []string { return sortedKeys(c.stepIDs) },
		Role:     l.isRole,
		Only:     func(name string) [][]string { return proc.Names[name].Only },
		Currency: l.pack.Currency,
		Zone:     l.pack.Calendar.Zone(),
	}
	return c
}

// bind gives a name of process data the type of a value that a step sets, and checks it against what
// the name held before. t nil is a type that is unknown after a finding.
func (c *compiler) bind(name string, t *value.Type, pos Position) {
	c.found.survey.noteMade(c.proc.ID, name, t)
	if !c.isData(name) {
		c.made(name, t)
	}
	c.flow.writes = append(c.flow.writes, write{name: name, pos: pos})
	if t == nil {
		c.hidden[name] = true
		c.flow.set(name, nil)
		return
	}
	declared := c.flow.declared[name]
	switch {
	case declared == nil:
		c.flow.declare(name, t)
	case !fits(t, declared):
		c.found.add(pos, codeWrongType, "%s is %s, which cannot hold %s", name, declared, t)
		return
	default:
		if !t.Optional {
			t = declared.AsRequired()
		} else {
			t = declared
		}
	}
	c.flow.set(name, t)
}

// result binds the name that a result: or into: key gives.
func (c *compiler) result(n *node, t *value.Type) string {
	if n == nil {
		return ""
	}
	if n.kind != scalar {
		c.found.add(n.pos(), codeWrongShape, "the name of a result is a text, not %s", n.kind)
		return ""
	}
	if !checkName(n, c.found) {
		return ""
	}
	c.bind(n.text, t, n.pos())
	c.used.results = append(c.used.results, write{name: n.text, pos: n.pos()})
	return n.text
}

// yield binds what a step yields under its id.
func (c *compiler) yield(s *Step, t *value.Type) {
	if !s.Named {
		return
	}
	if c.flow.declared[s.ID] != nil && c.isData(s.ID) {
		c.found.add(s.Pos, codeDuplicateID, "%q is both a step and process data; give one of them another name", s.ID)
		return
	}
	c.bind(s.ID, t, s.Pos)
}

// isData reports whether a name is declared in the process's input or data.
func (c *compiler) isData(name string) bool {
	_, input := fieldNamed(c.proc.Input, name)
	_, data := fieldNamed(c.proc.Data, name)
	return input || data
}

// readsHidden reports whether a formula reads data whose type is unknown after an earlier finding.
func (c *compiler) readsHidden(text string) bool {
	if len(c.hidden) == 0 {
		return false
	}
	for name := range words(text) {
		if c.hidden[name] {
			return true
		}
	}
	return false
}

// noteReads remembers which outcomes a formula reads.
func (c *compiler) noteReads(text string) {
	parts := strings.Split(text, ".outcome")
	for _, before := range parts[:len(parts)-1] {
		from := strings.LastIndexFunc(before, func(r rune) bool { return !isNameRune(r) })
		_, size := utf8.DecodeRuneInString(before[max(from, 0):])
		if from < 0 {
			size, from = 0, 0
		}
		c.reads[before[from+size:]+".outcome"] = true
		c.outcomesRead[before[from+size:]] = true
	}
}

// place joins the parts of a step's place: supply and 2 give supply/2.
func place(prefix string, parts ...string) string {
	for _, p := range parts {
		if prefix == "" {
			prefix = p
		} else {
			prefix += "/" + p
		}
	}
	return prefix
}

func index(i int) string { return strconv.Itoa(i) }
