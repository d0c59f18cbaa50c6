package definitions

import (
	"strings"

	"waybill/definitions/formula"
)

// uses is what the formulas of a process read, and where its results are named.
type uses struct {
	names   map[string]bool // process data
	whole   map[string]bool // those read as a whole, not only a part of them
	results []write         // the names that result: and into: give
}

// noteUse remembers what a formula reads. Behind a dot may stand the data of a sub-process.
func (c *compiler) noteUse(f *formula.Formula, text string) {
	for _, name := range f.Reads() {
		c.used.names[name] = true
	}
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		if !isNameRune(runes[i]) {
			continue
		}
		from := i
		for i < len(runes) && isNameRune(runes[i]) {
			i++
		}
		switch name := string(runes[from:i]); {
		case from > 0 && runes[from-1] == '.':
			c.parts[name] = true
		case i == len(runes) || runes[i] != '.':
			c.used.whole[name] = true
		}
	}
}

// unreadData warns of process data that nothing reads, or nothing sets.
func (r *review) unreadData(src *processSource, steps []*Step) {
	set := map[string]bool{}
	for _, s := range steps {
		switch spec := s.Spec.(type) {
		case *Set:
			for _, a := range spec.Values {
				set[a.Name] = true
			}
		case *Decide:
			for _, w := range spec.With {
				for _, name := range w.Value.Reads() {
					src.used.names[name] = true
				}
			}
		}
	}
	for _, w := range src.used.results {
		set[w.name] = true
	}
	told := map[string]bool{} // what messages brought is worth a name, be it only for people to see
	src.proc.awaits(func(a *Await, _ Position) { told[a.Result] = true })
	isRead := func(name string) bool { return src.used.names[name] || r.parts[name] && r.runs[src.proc.ID] }
	r.unreadDeclared(src, set, isRead)
	for _, w := range src.used.results {
		_, input := fieldNamed(src.proc.Input, w.name)
		if _, data := fieldNamed(src.proc.Data, w.name); !input && !data && !told[w.name] && !isRead(w.name) {
			r.found.warn(w.pos, codeUnread, "nothing reads %s; it need not be kept", w.name)
		}
	}
	for _, s := range steps {
		if d, ok := s.Spec.(*Decide); ok && !isRead(s.ID) {
			r.found.warn(s.Pos, codeUnread, "nothing reads what the table %s says here", d.Decision.ID)
		}
	}
}

func (r *review) unreadDeclared(src *processSource, set map[string]bool, isRead func(string) bool) {
	p := src.proc
	for _, e := range src.n.get("data").entryNodes() {
		f, _ := fieldNamed(p.Data, e.key.text)
		switch name := e.key.text; {
		case !isRead(name) && !set[name]:
			r.found.warn(e.key.pos(), codeUnread, "nothing sets or reads %s", name)
		case !isRead(name) && len(f.Title) == 0:
			r.found.warn(e.key.pos(), codeUnread, "%s is set, but nothing reads it; give it a title if it is there for people to see", name)
		case isRead(name) && !set[name] && f.Default == nil:
			r.found.warn(e.key.pos(), codeNeverSet, "nothing sets %s, so it is never there", name)
		}
	}
	if len(p.Starts) > 0 || !r.runs[p.ID] || len(p.Body) == 0 {
		return
	}
	for _, e := range src.n.get("input").entryNodes() {
		if !isRead(e.key.text) {
			r.found.warn(e.key.pos(), codeUnread, "nothing in the process reads its input %s", e.key.text)
		}
	}
}

// outcomes warns of outcomes of the process that no way leads to, and of answers that lead nowhere.
func (r *review) outcomes(src *processSource, steps []*Step) {
	reached := map[string]bool{OutcomeCancelled: true}
	for _, end := range src.proc.endings {
		reached[end.outcome] = true
	}
	for _, e := range src.n.get("outcomes").entryNodes() {
		if !reached[e.key.text] {
			r.found.warn(e.key.pos(), codeNeverReached, "no end leads to the outcome %s", e.key.text)
		}
	}
	for _, s := range steps {
		t, ok := s.Spec.(*Task)
		if !ok || len(t.Outcomes) < 2 || r.outcomesRead[s.ID] || src.used.whole[s.ID] {
			continue
		}
		names := make([]string, len(t.Outcomes))
		for i, o := range t.Outcomes {
			names[i] = o.ID
		}
		r.found.warn(s.Pos, codeUnread, "nothing reads %s.outcome, so whether it is %s makes no difference", s.ID, strings.Join(names, " or "))
	}
}
