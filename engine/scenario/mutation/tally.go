package mutation

import (
	"fmt"
	"io"
)

// Tally counts what became of mutants.
type Tally struct {
	Verdicts  map[Kind]map[Verdict]int
	Survivors []Mutant
}

// Add counts a mutant.
func (t *Tally) Add(m Mutant, v Verdict) {
	if t.Verdicts == nil {
		t.Verdicts = map[Kind]map[Verdict]int{}
	}
	if t.Verdicts[m.Kind] == nil {
		t.Verdicts[m.Kind] = map[Verdict]int{}
	}
	t.Verdicts[m.Kind][v]++
	if v == Survived {
		t.Survivors = append(t.Survivors, m)
	}
}

// Percent is how many of the breaking mutants somebody found, in percent; equivalent ones do not count.
func (t *Tally) Percent() float64 {
	found, all := t.counts(Kinds()...)
	if all == 0 {
		return 0
	}
	return 100 * float64(found) / float64(all)
}

func (t *Tally) counts(kinds ...Kind) (found, all int) {
	for _, kind := range kinds {
		by := t.Verdicts[kind]
		found += by[FoundByCheck] + by[FoundByTest]
		all += by[FoundByCheck] + by[FoundByTest] + by[Survived]
	}
	return found, all
}

// Write lists the kinds of mutations with who found how many, and every survivor at its place.
func (t *Tally) Write(w io.Writer) error {
	for _, kind := range Kinds() {
		by := t.Verdicts[kind]
		if len(by) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(w, "%-20s %5d by the check, %4d by a test, %4d equivalent, %4d survived\n",
			kind, by[FoundByCheck], by[FoundByTest], by[Equivalent], by[Survived]); err != nil {
			return err
		}
	}
	for _, m := range t.Survivors {
		if _, err := fmt.Fprintf(w, "survived: %s\n", m); err != nil {
			return err
		}
	}
	found, all := t.counts(Kinds()...)
	_, err := fmt.Fprintf(w, "%d of %d breaking mutations are found: %.1f %%\n", found, all, t.Percent())
	return err
}

// Sample takes n of the mutants, evenly spread over all of them; the same n gives the same ones.
func Sample(all []Mutant, n int) []Mutant {
	if n >= len(all) {
		return all
	}
	out := make([]Mutant, 0, n)
	for i := range n {
		out = append(out, all[i*len(all)/n])
	}
	return out
}
