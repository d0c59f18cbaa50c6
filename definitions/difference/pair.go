package difference

import (
	"slices"

	"waybill/definitions"
)

// Pairing says which part of a process is which part of its other revision. It pairs a step that has an
// id with the step of the same id, wherever that stands, or with the one it was renamed to; a step
// without an id with one of the same kind at the same place among its neighbours.
type Pairing struct {
	from, to *definitions.Process
	steps    map[string]string // by the ids of the old ones
	back     map[string]string // by the ids of the new ones
	places   map[Place]Place
}

// Pair pairs the parts of two revisions of a process. renamed leads from old ids to new ones; what it
// names that is in neither revision changes nothing.
func Pair(from, to *definitions.Process, renamed map[string]string) *Pairing {
	p := &Pairing{from: from, to: to, steps: map[string]string{}, back: map[string]string{}, places: map[Place]Place{}}
	for old, id := range renamed {
		if from.Steps[old] != nil && to.Steps[id] != nil && p.back[id] == "" {
			p.pair(old, id)
		}
	}
	for id, s := range from.Steps {
		if other := to.Steps[id]; other != nil && s.Named && other.Named && p.steps[id] == "" && p.back[id] == "" {
			p.pair(id, id)
		}
	}
	p.parts(processParts(from), processParts(to))
	p.reachable()
	return p
}

func (p *Pairing) pair(old, id string) { p.steps[old], p.back[id] = id, old }

// Step returns the new id of a step, and whether it has one.
func (p *Pairing) Step(old string) (string, bool) {
	if old == "" {
		return "", true
	}
	id, ok := p.steps[old]
	return id, ok
}

// Before returns the old id of a step, and whether it had one.
func (p *Pairing) Before(id string) (string, bool) {
	old, ok := p.back[id]
	return old, ok
}

// Place returns where a block is in the other revision, and whether it is there.
func (p *Pairing) Place(old Place) (Place, bool) {
	at, ok := p.places[old]
	return at, ok
}

// reachable pairs the insides of paired steps until no more come to light: a step that moved is paired
// before the block that it left or came to.
func (p *Pairing) reachable() {
	done := map[string]bool{}
	for again := true; again; {
		again = false
		for old, id := range p.steps {
			a, b := p.from.Steps[old], p.to.Steps[id]
			if !done[old] && a.Kind() == b.Kind() {
				done[old], again = true, true
				p.parts(partsOf(a), partsOf(b))
			}
		}
	}
}

// parts pairs blocks: those of the same role and label first, then those that hold a paired step, then
// in their order.
func (p *Pairing) parts(from, to []part) {
	left := slices.Clone(to)
	take := func(a part, fits func(part) bool) bool {
		i := slices.IndexFunc(left, func(b part) bool { return b.Role == a.Role && fits(b) })
		if i < 0 {
			return false
		}
		p.places[a.Place] = left[i].Place
		p.block(a.steps, left[i].steps)
		left = slices.Delete(left, i, i+1)
		return true
	}
	tests := []func(a, b part) bool{
		func(a, b part) bool { return a.label == b.label && (a.label != "" || p.shares(a, b)) },
		p.shares,
		func(a, b part) bool { return a.label == b.label || a.Role == Branch && !(a.named && b.named) },
	}
	for _, test := range tests {
		var rest []part
		for _, a := range from {
			if !take(a, func(b part) bool { return test(a, b) }) {
				rest = append(rest, a)
			}
		}
		from = rest
	}
}

// shares reports whether a step of a is a step of b.
func (p *Pairing) shares(a, b part) bool {
	if a.Role == Handler {
		return false // an error's code is what a handler is
	}
	return slices.ContainsFunc(a.steps, func(s *definitions.Step) bool {
		id, ok := p.steps[s.ID]
		return ok && slices.ContainsFunc(b.steps, func(t *definitions.Step) bool { return t.ID == id })
	})
}

// block pairs the steps of two blocks that are not paired by their ids: as many as fit in their order.
func (p *Pairing) block(from, to definitions.Block) {
	best := make([][]int, len(from)+1)
	for i := range best {
		best[i] = make([]int, len(to)+1)
	}
	for i := len(from) - 1; i >= 0; i-- {
		for j := len(to) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if fit := p.fit(from[i], to[j]); fit > 0 {
				best[i][j] = max(best[i][j], fit+best[i+1][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(from) && j < len(to); {
		switch best[i][j] {
		case best[i+1][j]:
			i++
		case best[i][j+1]:
			j++
		default:
			p.pair(from[i].ID, to[j].ID)
			i, j = i+1, j+1
		}
	}
	p.passers(from, to)
}

// passers pairs what is left of two blocks and wholly alike: it has been passed by its neighbours.
func (p *Pairing) passers(from, to definitions.Block) {
	for _, a := range from {
		for _, b := range to {
			if _, paired := p.steps[a.ID]; !paired && p.fit(a, b) == fitsWholly {
				p.pair(a.ID, b.ID)
			}
		}
	}
}

// The weights of a fit: what is paired by its id holds its neighbours in place.
const (
	fitsByID   = 100
	fitsWholly = 10
	fitsByWord = 5
	fitsByKind = 1
)

// fit says how well two steps fit each other; 0: not at all.
func (p *Pairing) fit(a, b *definitions.Step) int {
	id, paired := p.steps[a.ID]
	_, taken := p.back[b.ID]
	switch {
	case paired && id == b.ID:
		return fitsByID
	case paired || taken || a.Kind() != b.Kind() || a.Named && b.Named:
		return 0
	case slices.Equal(Facets(a), Facets(b)):
		return fitsWholly
	case mainWord(a) == mainWord(b):
		return fitsByWord
	case isItsWord(a.Kind()):
		return 0
	}
	return fitsByKind
}

// isItsWord reports whether a step of a kind is another step once it does something else.
func isItsWord(k definitions.Kind) bool {
	switch k {
	case definitions.KindDo, definitions.KindDecide, definitions.KindRun, definitions.KindSend, definitions.KindRaise, definitions.KindEnd:
		return true
	}
	return false
}
