package definitions

import (
	"fmt"
	"slices"
	"strings"
)

// allowing begins what an allow says behind its #.
const allowing = "waybill:"

// allow is a comment by which the analyst accepts a warning: # waybill: allow CODE reason. It accepts the
// warnings of the code on its own line, or, where nothing else stands on that, on the next.
type allow struct {
	pos      Position // of the #
	from, to int      // the lines that it covers
	code     string
	used     bool
}

// accept takes out the warnings that comments accept, and reports the comments that are misused.
func (l *loader) accept(found []Finding) []Finding {
	misuse := &findings{}
	left := found
	misuse.gather(func() {
		var all []*allow
		for _, name := range sortedKeys(l.files) {
			all = append(all, allowsOf(l.files[name], misuse)...)
		}
		left = slices.DeleteFunc(found, func(f Finding) bool { return f.Severity == Warning && l.accepted(f, all) })
		for _, a := range all {
			if !a.used && l.found.whole && !HasErrors(left) {
				misuse.warn(a.pos, codeNeedlessAllow, "there is no warning %s here to accept; leave the comment out", a.code)
			}
		}
	})
	if len(misuse.list) == 0 {
		return left
	}
	for i := range left {
		misuse.list = append(misuse.list, &left[i])
	}
	return misuse.sorted()
}

// accepted reports whether a comment accepts a warning, and notes which ones do.
func (l *loader) accepted(f Finding, all []*allow) bool {
	taken := false
	for _, a := range all {
		if a.code == f.Code && a.covers(f.Pos, l) {
			a.used, taken = true, true
		}
	}
	return taken
}

// covers reports whether a warning stands where the comment accepts it. What is said of a CSV is
// accepted at the name of its table.
func (a *allow) covers(at Position, l *loader) bool {
	if at.File == a.pos.File {
		return a.from <= at.Line && at.Line <= a.to
	}
	table, ok := strings.CutSuffix(at.File, decisionCSV)
	if !ok || a.pos.File != table+decisionFile {
		return false
	}
	for _, p := range l.files[a.pos.File].entryNodes() {
		if p.key.text == "decision" {
			return a.from <= p.key.line && p.key.line <= a.to
		}
	}
	return false
}

// allowsOf returns the comments of a file that accept warnings.
func allowsOf(n *node, misuse *findings) []*allow {
	if !strings.Contains(n.src.text, allowing) {
		return nil
	}
	texts := map[int][]extent{}
	n.extents(texts)
	next := nextLines(n.src.lines())
	var out []*allow
	for i, row := range n.src.lines() {
		at, said := comment(row, i+1, texts)
		if at < 0 {
			continue
		}
		a := &allow{pos: Position{n.src.name, i + 1, len([]rune(row[:at])) + 1}}
		a.from = i + 1
		if strings.TrimSpace(row[:at]) == "" {
			a.from = next[i]
		}
		a.to = a.from
		for _, e := range texts[a.from] {
			if e.style == block && e.line == a.from {
				a.to = max(a.to, e.toLine)
			}
		}
		if a.read(said, misuse) {
			out = append(out, a)
		}
	}
	return out
}

// read takes apart what the comment says, and reports whether it is an allow.
func (a *allow) read(said string, misuse *findings) bool {
	words := strings.Fields(said)
	if len(words) == 0 || words[0] != "allow" || len(words) == 1 {
		misuse.add(a.pos, codeWrongAllow, "this comment says nothing that is known; a warning is accepted with # waybill: allow CODE and the reason")
		return false
	}
	a.code = words[1]
	switch {
	case !slices.Contains(warnings(), a.code):
		found := misuse.add(a.pos, codeWrongAllow, "%q is no warning, and only warnings are accepted", clip(a.code))
		if near := nearest(a.code, warnings()); near != "" {
			found.Message += fmt.Sprintf("; did you mean %q?", near)
			found.Mend = strings.Join(append([]string{"#", allowing, "allow", near}, words[2:]...), " ")
		}
		return false
	case len(words) == 2:
		misuse.add(a.pos, codeWrongAllow, "say why: the reason stands behind allow %s, for whoever reads the pack after you", a.code)
		return false
	}
	return true
}
