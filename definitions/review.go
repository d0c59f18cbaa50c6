package definitions

import (
	"strings"
)

// wholeness reports the mistakes that show only once every process is read.
func (l *loader) wholeness() {
	l.runsInCircles()
	for _, id := range sortedKeys(l.sources) {
		p := l.sources[id].proc
		l.waitsInCircles(p)
		for _, step := range sortedKeys(p.Steps) {
			l.fourEyes(p, p.Steps[step])
		}
	}
}

// review looks at a pack without errors, once all of it is read, for what can run but is hardly meant. All
// that it finds are warnings.
func (l *loader) review() {
	r := &review{loader: l, said: l.mentioned(), runs: map[string]bool{}}
	for _, id := range sortedKeys(l.sources) {
		src := l.sources[id]
		r.starts = r.starts || len(src.proc.Starts) > 0
		for _, s := range src.proc.Steps {
			if run, ok := s.Spec.(*Run); ok && run.Process != id {
				r.runs[run.Process] = true
			}
		}
	}
	if r.starts {
		r.unusedInPack()
		r.messages()
	}
	for _, id := range sortedKeys(l.sources) {
		r.process(l.sources[id])
	}
	for _, name := range sortedKeys(l.files) {
		r.yamlWords(l.files[name])
	}
}

// review is what is known of the pack as a whole.
type review struct {
	*loader
	said mentions
	runs map[string]bool // the processes that others run
	// starts says that some process has a start. A pack without one is a draft, or holds parts for other
	// packs: what these use of it is not known here.
	starts bool
}

// process looks at one process.
func (r *review) process(src *processSource) {
	p := src.proc
	steps := make([]*Step, 0, len(p.Steps))
	for _, id := range sortedKeys(p.Steps) {
		steps = append(steps, p.Steps[id])
	}
	if r.starts {
		r.unreadData(src, steps)
		r.outcomes(src, steps)
	}
	r.hidden(p)
	r.tellsMore(p)
	for _, s := range steps {
		r.deadlines(s)
	}
	r.endsBeside(p)
	r.locks(p)
	r.neverTrue(p)
	r.neverEnds(p, steps)
}

// mentions are the words of a pack's files: what none of them says, nothing uses.
type mentions struct {
	words    map[string]bool
	settings map[string]bool // those behind settings.
}

// mentioned gathers what the pack's files say in values. Titles and notes are for people.
func (l *loader) mentioned() mentions {
	m := mentions{map[string]bool{}, map[string]bool{}}
	for _, n := range l.files {
		m.gather(n)
	}
	for _, text := range l.tables {
		m.add(text)
	}
	return m
}

func (m mentions) gather(n *node) {
	if n.kind == scalar {
		m.add(n.text)
	}
	for _, p := range n.pairs {
		switch p.key.text {
		case "title", "help", "note":
		default:
			m.gather(p.value)
		}
	}
	for _, item := range n.items {
		m.gather(item)
	}
}

func (m mentions) add(text string) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !isNameRune(r) }) {
		m.words[word] = true
	}
	const behind = "settings."
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, behind)
		if !ok {
			break
		}
		end := strings.IndexFunc(after, func(r rune) bool { return !isNameRune(r) })
		if end < 0 {
			end = len(after)
		}
		m.settings[after[:end]], rest = true, after[end:]
	}
	if strings.Contains(text, "convert(") {
		m.settings["rates"] = true
	}
}
