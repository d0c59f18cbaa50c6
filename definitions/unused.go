package definitions

// unusedInPack warns of settings, roles, types, tables and processes that nothing in the pack uses.
func (r *review) unusedInPack() {
	pack := r.files[packFile]
	for _, e := range pack.get("settings").entryNodes() {
		if !r.said.settings[e.key.text] {
			r.found.warn(e.key.pos(), codeUnused, "nothing reads the setting %s, so changing it changes nothing", e.key.text)
		}
	}
	for _, e := range pack.get("roles").entryNodes() {
		if !r.said.words[e.key.text] {
			r.found.warn(e.key.pos(), codeUnused, "no process asks the role %s for anything", e.key.text)
		}
	}
	r.unusedTypes()
	r.unusedTables()
	for _, id := range sortedKeys(r.sources) {
		if src := r.sources[id]; len(src.proc.Starts) == 0 && !r.runs[id] {
			r.found.warn(src.id.pos(), codeUnused, "nothing runs the process %s, and it has no start", id)
		}
	}
}

func (r *review) unusedTypes() {
	for _, name := range sortedKeys(r.files) {
		for _, e := range r.files[name].get("types").entryNodes() {
			if !r.said.words[e.key.text] {
				r.found.warn(e.key.pos(), codeUnused, "nothing is of the type %s", e.key.text)
			}
		}
	}
}

func (r *review) unusedTables() {
	decided := map[string]bool{}
	for _, src := range r.sources {
		for _, s := range src.proc.Steps {
			if d, ok := s.Spec.(*Decide); ok {
				decided[d.Decision.ID] = true
			}
		}
	}
	for _, id := range sortedKeys(r.pack.Decisions) {
		if d := r.pack.Decisions[id]; !decided[id] {
			r.found.warn(d.Pos, codeUnused, "no process decides by the table %s", id)
		}
	}
}
