package definitions

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"waybill/definitions/value"
)

// usesFolder is the folder of a pack's files that holds the packs it uses, each in a folder of its name.
const usesFolder = "uses"

// readUses reads and compiles the packs that this one uses.
func (l *loader) readUses(items []*node, fsys fs.FS) {
	for _, n := range items {
		name := n.text
		switch {
		case n.kind != scalar || !value.IsName(name):
			l.found.add(n.pos(), codeBadName, "uses lists the names of packs, such as [common], not %q", clip(name))
		case l.uses[name] != nil || slices.Contains(l.broken, name):
			l.found.add(n.pos(), codeDuplicateID, "the pack %s stands twice under uses", name)
		case slices.Contains(l.around, name):
			l.broken = append(l.broken, name)
			if len(l.around) == 1 {
				l.found.add(n.pos(), codeUsesCircle, "the pack %s uses itself; leave it out", name)
				continue
			}
			l.found.add(n.pos(), codeUsesCircle, "the packs %s use each other in a circle; put what they share into a pack of its own", strings.Join(append(l.around, name), ", "))
		default:
			l.use(n, fsys)
		}
	}
}

// use reads one pack that this one uses.
func (l *loader) use(n *node, fsys fs.FS) {
	name := n.text
	l.broken = append(l.broken, name)
	files, err := fs.Sub(fsys, path.Join(usesFolder, name))
	if err == nil {
		_, err = fs.Stat(files, packFile)
	}
	if err != nil {
		l.found.add(n.pos(), codeUnknownPack, "the pack %s is not there: its folder %s stands beside that of this pack", name, name)
		return
	}
	u := newLoader(l.catalogue)
	u.prefix, u.around = name+".", append(slices.Clone(l.around), name)
	if l.found.survey != nil {
		defer l.found.survey.adopt(surveyOf(u), path.Join(usesFolder, name))
	}
	u.found.gather(func() {
		u.read(files)
		u.compile(fsys)
	})
	found := u.found.sorted()
	switch first := slices.IndexFunc(found, func(f Finding) bool { return f.Severity == Error }); {
	case first >= 0:
		l.found.add(n.pos(), codeBrokenPack, "the pack %s does not hold: %s", name, found[first])
		return
	case u.pack.Name != name:
		l.found.add(n.pos(), codeUnknownPack, "the pack in the folder %s calls itself %s", name, u.pack.Name)
		return
	}
	l.broken = l.broken[:len(l.broken)-1]
	l.uses[name] = u
	l.pack.Uses[name] = u.pack
	l.pack.Hash = hashed(l.pack.Hash, u.pack.Hash)
	for id, d := range u.pack.Decisions {
		l.pack.Decisions[id] = d
	}
	for id, p := range u.pack.Processes {
		l.pack.Processes[id] = p
	}
}

// IsOwn reports whether a process or a table that the pack knows by that id belongs to the pack itself, not to
// one that it uses.
func (p *Pack) IsOwn(id string) bool { return !strings.Contains(id, ".") }

// notUsed reports, of an unknown name such as common.credit, that the pack is not among those in use. It
// says nothing about a pack that could not be read, which is reported already.
func (l *loader) notUsed(n *node, code, what string) bool {
	pack, _, dotted := strings.Cut(n.text, ".")
	switch {
	case !dotted || l.uses[pack] != nil:
		return false
	case !slices.Contains(l.broken, pack):
		l.found.add(n.pos(), code, "unknown %s %q: pack.yaml does not list %s under uses", what, clip(n.text), clip(pack))
	}
	return true
}

// source returns a process on its way, by its id or as pack.id; its loader is that of its pack. Both are nil where there is none.
func (l *loader) source(name string) (*loader, *processSource) {
	if src := l.sources[strings.TrimPrefix(name, l.prefix)]; src != nil {
		return l, src
	}
	pack, id, _ := strings.Cut(name, ".")
	if u := l.uses[pack]; u != nil && u.sources[id] != nil {
		return u, u.sources[id]
	}
	return nil, nil
}

// decision returns a decision table by its id or as pack.id, nil where there is none.
func (l *loader) decision(name string) *Decision {
	if d := l.pack.Decisions[l.prefix+name]; d != nil {
		return d
	}
	return l.pack.Decisions[name]
}

// qualified gives the tables of a pack that is read for another the names by which that one knows them.
func (l *loader) qualified() {
	if l.prefix == "" {
		return
	}
	for _, id := range sortedKeys(l.pack.Decisions) {
		if d := l.pack.Decisions[id]; !strings.Contains(id, ".") {
			delete(l.pack.Decisions, id)
			d.ID = l.prefix + id
			l.pack.Decisions[d.ID] = d
		}
	}
}

// usedType returns a type that is named as pack.Type, nil where there is none.
func (l *loader) usedType(name string) *value.Type {
	pack, id, _ := strings.Cut(name, ".")
	if u := l.uses[pack]; u != nil {
		return u.types.done[id]
	}
	return nil
}
