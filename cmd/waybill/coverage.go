package main

import (
	"cmp"
	"slices"

	"waybill/definitions"
	"waybill/engine/scenario"
)

// unreachedBy lists the steps, branches, arms and rule rows of the pack that no case reaches, by process
// and place.
func unreachedBy(pack *definitions.Pack, jobs []job, results []scenario.Result) []unreached {
	all := scenario.NewCoverage()
	of := map[string]scenario.Coverage{}
	for i, r := range results {
		id := jobs[i].process.ID
		if _, met := of[id]; !met {
			of[id] = scenario.NewCoverage()
		}
		of[id].Add(r.Coverage)
		all.Add(r.Coverage)
	}
	var found []unreached
	for id, d := range pack.Processes {
		covered, met := of[id]
		if !met {
			covered = scenario.NewCoverage()
		}
		for _, m := range covered.Missing(d) {
			found = append(found, unreached{Process: id, Pos: m.Pos.String(), What: m.What})
		}
	}
	for _, m := range all.MissingRows(pack) {
		found = append(found, unreached{Pos: m.Pos.String(), What: m.What})
	}
	slices.SortFunc(found, func(a, b unreached) int {
		return cmp.Or(cmp.Compare(a.Process, b.Process), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.What, b.What))
	})
	return found
}
