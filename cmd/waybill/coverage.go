package main

import (
	"cmp"
	"slices"

	"waybill/definitions"
	"waybill/engine/scenario"
	"waybill/engine/scenario/report"
)

// unreachedBy lists the steps, branches, arms and rule rows of the pack that no case reaches, by process
// and place.
func unreachedBy(pack *definitions.Pack, played []report.Played) []unreached {
	all := scenario.NewCoverage()
	of := map[string]scenario.Coverage{}
	for _, p := range played {
		id := p.Process.ID
		if _, met := of[id]; !met {
			of[id] = scenario.NewCoverage()
		}
		of[id].Add(p.Result.Coverage)
		all.Add(p.Result.Coverage)
	}
	var found []unreached
	for id, d := range pack.Processes {
		if !pack.IsOwn(id) {
			continue
		}
		covered, met := of[id]
		if !met {
			covered = scenario.NewCoverage()
		}
		for _, m := range covered.Missing(d) {
			found = append(found, unreached{Pack: pack.Name, Process: id, Pos: m.Pos.String(), What: m.What})
		}
	}
	for _, m := range all.MissingRows(pack) {
		found = append(found, unreached{Pack: pack.Name, Pos: m.Pos.String(), What: m.What})
	}
	slices.SortFunc(found, func(a, b unreached) int {
		return cmp.Or(cmp.Compare(a.Process, b.Process), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.What, b.What))
	})
	return found
}
