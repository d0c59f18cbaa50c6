package definitions

import "strings"

// messages warns of messages that are awaited though nothing sends them, and the other way round. What
// comes from outside, or is for subscribers outside, says so where it is declared.
func (r *review) messages() {
	sent, awaited := map[string]Position{}, map[string]Position{}
	for _, id := range sortedKeys(r.sources) {
		p := r.sources[id].proc
		for _, start := range p.Starts {
			if start.Message != "" {
				awaited[start.Message] = start.Pos
			}
		}
		p.awaits(func(a *Await, at Position) { awaited[a.Message.ID] = at })
		for _, step := range sortedKeys(p.Steps) {
			if send, ok := p.Steps[step].Spec.(*Send); ok {
				sent[send.Message.ID] = p.Steps[step].Pos
			}
		}
	}
	for _, name := range sortedKeys(r.files) {
		if !strings.HasSuffix(name, typesFile) {
			continue
		}
		for _, e := range r.files[name].get("messages").entryNodes() {
			r.message(e, sent, awaited)
		}
	}
}

func (r *review) message(e pair, sent, awaited map[string]Position) {
	m := r.pack.Messages[e.key.text]
	if m == nil {
		return
	}
	from, wait := awaited[m.ID]
	to, send := sent[m.ID]
	switch {
	case wait && !send && !m.FromOutside:
		r.found.warn(e.key.pos(), codeNobodySends, "%s waits for %s, which no process sends; where it comes from outside, write from: outside", from, m.ID).
			Mend = withKey(e, "from: outside")
	case send && !wait && !m.ToOutside:
		r.found.warn(e.key.pos(), codeNobodyAwaits, "%s sends %s, for which no process waits; where it is for others outside, write to: outside", to, m.ID).
			Mend = withKey(e, "to: outside")
	case !wait && !send:
		r.found.warn(e.key.pos(), codeUnused, "no process sends or awaits the message %s", m.ID)
	}
}

// withKey writes an entry with a key more; the key alone where its map stands over several lines.
func withKey(e pair, key string) string {
	v := e.value
	if v.kind != mapping || !v.flow || len(v.pairs) == 0 || v.line != e.key.line {
		return key
	}
	row := strings.TrimSpace(string(v.src.row(v.line)))
	at := strings.LastIndexByte(row, '}')
	if at < 0 || len(row) > longestLine {
		return key
	}
	return row[:at] + ", " + key + row[at:]
}

// awaits calls yield for every message that the process waits for once it runs, with its place.
func (p *Process) awaits(yield func(a *Await, at Position)) {
	trigger := func(t *Trigger, at Position) {
		if t != nil && t.Message != nil {
			yield(t.Message, at)
		}
	}
	for _, e := range p.Events {
		trigger(&e.Trigger, e.Pos)
	}
	for _, id := range sortedKeys(p.Steps) {
		s := p.Steps[id]
		switch spec := s.Spec.(type) {
		case *Wait:
			if spec.Message != nil {
				yield(spec.Message, s.Pos)
			}
		case *Stage:
			for _, e := range spec.Events {
				trigger(&e.Trigger, e.Pos)
			}
		case *FirstOf:
			for _, a := range spec.Arms {
				trigger(a.Trigger, a.Pos)
			}
		}
	}
}
