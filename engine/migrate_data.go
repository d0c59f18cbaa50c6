package engine

import (
	"maps"
	"slices"

	"waybill/definitions"
	"waybill/definitions/difference"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// renameData finds the names under which the new revision keeps what steps, events and arms have yielded. A name stays
// where those who yield it do not agree on another one.
func (m *mover) renameData() {
	for old, step := range m.from.Steps {
		id, ok := m.pairing.Step(old)
		if !ok {
			continue
		}
		was, is := yields(step), yields(m.to.Steps[id])
		if len(was) == 1 && len(is) == 1 && step.Kind() != definitions.KindSet {
			m.renames(was[0], is[0])
		}
		switch spec := step.Spec.(type) {
		case *definitions.Stage:
			m.renameTriggers(old, difference.Event, len(spec.Events))
		case *definitions.FirstOf:
			m.renameTriggers(old, difference.Arm, len(spec.Arms))
		}
	}
	m.renameTriggers("", difference.Event, len(m.from.Events))
}

func (m *mover) renames(was, is string) {
	if agreed, ok := m.names[was]; ok && agreed != is {
		is = was
	}
	m.names[was] = is
}

// renameTriggers finds the names of what the triggers of a step, or of the process, have told.
func (m *mover) renameTriggers(step string, role difference.Role, count int) {
	for i := range count {
		old := difference.Place{Step: step, Role: role, Index: i}
		at, ok := m.pairing.Place(old)
		if !ok {
			continue
		}
		if was, is := tells(m.from, old), tells(m.to, at); was != "" && is != "" {
			m.renames(was, is)
		}
	}
}

// tells returns the name of what the trigger at a place tells, "" where it tells nothing.
func tells(d *definitions.Process, at difference.Place) string {
	var trigger *definitions.Trigger
	if at.Role == difference.Arm {
		trigger = d.Steps[at.Step].Spec.(*definitions.FirstOf).Arms[at.Index].Trigger
	} else {
		trigger = &(&run{d: d}).event(&Node{Step: at.Step, Index: at.Index}).Trigger
	}
	switch {
	case trigger == nil:
		return ""
	case trigger.Message != nil:
		return trigger.Message.Result
	case trigger.Cancel != nil:
		return trigger.Cancel.Result
	}
	return ""
}

// yields returns the names of the data that a step itself sets.
func yields(s *definitions.Step) []string {
	name := ""
	switch spec := s.Spec.(type) {
	case *definitions.Task, *definitions.Approve, *definitions.Decide, *definitions.Run:
		name = s.ID
	case *definitions.Do:
		name = spec.Result
	case *definitions.Wait:
		if spec.Message != nil {
			name = spec.Message.Result
		}
	case *definitions.Each:
		if spec.Collect != nil {
			name = spec.Collect.Into
		}
	case *definitions.Set:
		names := make([]string, len(spec.Values))
		for i, v := range spec.Values {
			names[i] = v.Name
		}
		return names
	}
	if name == "" {
		return nil
	}
	return []string{name}
}

// namesIn returns the new names for the data of a node: a round of an each, and its then_each, have its item besides.
func (m *mover) namesIn(old, n *Node) map[string]string {
	if old.Role != roleRound && old.Role != roleThen {
		return m.names
	}
	was, each := m.from.Steps[old.Step].Spec.(*definitions.Each)
	is, still := m.to.Steps[n.Step].Spec.(*definitions.Each)
	if !each || !still {
		return m.names
	}
	names := maps.Clone(m.names)
	names[was.Item] = is.Item
	return names
}

// aside renames what a block that runs aside makes for itself.
func (m *mover) aside(n *Node) {
	if n.Aside == nil {
		return
	}
	next := *n.Aside
	next.Own = slices.Clone(next.Own)
	for i, was := range next.Own {
		if is := m.names[was]; is != "" {
			next.Own[i] = is
		}
	}
	n.Aside = &next
}

func (m *mover) renamed(d Data) Data { return d.renamed(m.names) }

// renamed returns d with other names for some of its data. Where a new name is another one's already, that one stays.
func (d Data) renamed(names map[string]string) Data {
	if !slices.ContainsFunc(d, func(x Datum) bool { return names[x.Name] != "" }) {
		return d
	}
	next := map[string]any{}
	for _, x := range d {
		if name := names[x.Name]; name == "" || name == x.Name {
			next[x.Name] = x.Value
		}
	}
	for _, x := range dataOf(d.Map()) { // by name: a state that was restored has that order
		name := names[x.Name]
		if _, taken := next[name]; name != "" && !taken {
			next[name] = x.Value
		}
	}
	return dataOf(next)
}

// data fits the process data to the new declarations: what is new gets its default, what is declared no
// more is dropped, and everything else must fit its type.
func (m *mover) data() {
	root := m.s.Nodes[0]
	kept := make(Data, 0, len(root.Data))
	for _, x := range root.Data {
		was, is := fieldOf(m.from, x.Name), fieldOf(m.to, x.Name)
		if declared(m.from, x.Name) && is == nil {
			m.note(NoteDataDropped, "", "data %s is declared no more: the history keeps its value", x.Name)
			continue
		}
		if is != nil && x.Value != nil && (was == nil || !is.Same(was)) {
			v, err := is.AsOptional().Accept(x.Value, defaults(m.to))
			if err != nil {
				m.no(ReasonDataType, "", "data %s does not fit its new type %s: %v", x.Name, is, err)
			} else {
				x.Value = v
			}
		}
		kept = append(kept, x)
	}
	for _, f := range m.to.Data {
		if _, there := kept.Get(f.Name); !there && f.Default != nil && !declared(m.from, f.Name) {
			kept = append(kept, Datum{f.Name, f.Default})
		}
	}
	for _, f := range m.to.Input {
		if _, there := kept.Get(f.Name); there || f.Type.Optional {
			continue
		}
		if f.Default == nil {
			m.no(ReasonInput, "", "input %s has no value and no default", f.Name)
			continue
		}
		kept = append(kept, Datum{f.Name, f.Default})
	}
	root.Data = kept
}

func declared(d *definitions.Process, name string) bool {
	return hasField(d.Data, name) || hasField(d.Input, name)
}

// fieldOf returns the type of process data that outlives the process, nil where it has none.
func fieldOf(d *definitions.Process, name string) *value.Type {
	for _, fields := range [][]value.Field{d.Input, d.Data} {
		for _, f := range fields {
			if f.Name == name {
				return f.Type
			}
		}
	}
	if d.Result == nil {
		return nil
	}
	f, _ := d.Result.Field(name)
	return f.Type
}

// done looks whether what finished can be undone as before. An inverse and a sub-process need nothing of
// the definition; a compensation is run as the new revision has it, and sees what the old one remembered.
func (m *mover) done() {
	m.s.Done = slices.Clone(m.s.Done)
	for i := range m.s.Done {
		entry := *m.s.Done[i]
		id, ok := m.pairing.Step(entry.Step)
		inverse := entry.Action != "" || entry.Child
		switch {
		case !ok && inverse:
			continue
		case !ok || !inverse && len(m.to.Steps[id].Compensation) == 0:
			m.no(ReasonUndoLost, entry.Step, "%s is over, and what undoes it is not in the new revision", describe(m.from, entry.Step))
			continue
		case !inverse:
			m.compensation(entry.Step, id)
		}
		entry.Step = id
		entry.Data = m.renamed(entry.Data)
		m.s.Done[i] = &entry
	}
}

func (m *mover) compensation(old, id string) {
	before, after := m.from.Steps[old].Compensation, m.to.Steps[id].Compensation
	was, is := map[string]bool{}, []string{}
	eachFormula(before, func(f *formula.Formula) {
		for _, name := range f.Reads() {
			was[name], was[m.names[name]] = true, true
		}
	})
	eachFormula(after, func(f *formula.Formula) { is = append(is, f.Reads()...) })
	for _, name := range is {
		if !was[name] {
			m.no(ReasonUndoChanged, old, "%s is over, and what undoes it now reads %s, which was not remembered", describe(m.from, old), name)
		}
	}
	if !slices.EqualFunc(before, after, func(a, b *definitions.Step) bool { return slices.Equal(difference.Facets(a), difference.Facets(b)) }) {
		m.note(NoteUndoNew, old, "%s is over; should it be undone, then as the new revision says", describe(m.from, old))
	}
}

// missing looks for data that new steps would have yielded which the instance is past, and that
// something it may still come to reads.
func (m *mover) missing() {
	for _, s := range m.passed {
		for _, name := range surely(s) {
			if m.has(name) {
				continue
			}
			if reader := m.reader(name); reader != "" {
				m.no(ReasonDataMissing, s.ID, "%s yields %s, which %s reads, and the instance is past it",
					difference.Describe(s), name, describe(m.to, reader))
			}
		}
	}
}

// surely returns what a step yields whenever it is run.
func surely(s *definitions.Step) []string {
	if s.When != nil || s.While != nil {
		return nil
	}
	names := yields(s)
	switch spec := s.Spec.(type) {
	case *definitions.Stage:
		for _, inner := range spec.Steps {
			names = append(names, surely(inner)...)
		}
	case *definitions.Lock:
		for _, inner := range spec.Steps {
			names = append(names, surely(inner)...)
		}
	}
	return names
}

func (m *mover) has(name string) bool {
	return slices.ContainsFunc(m.s.Nodes, func(n *Node) bool {
		_, there := n.Data.Get(name)
		return there
	})
}

// reader returns the first step, by id, that the instance may still come to and that reads a name.
func (m *mover) reader(name string) string {
	first := ""
	for id, s := range m.to.Steps {
		if m.behind[id] || first != "" && first < id {
			continue
		}
		for _, f := range append(formulasOf(s), s.When) {
			if f != nil && slices.Contains(f.Reads(), name) {
				first = id
			}
		}
	}
	return first
}
