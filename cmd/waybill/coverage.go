package main

import (
	"cmp"
	"fmt"
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
		found = append(found, arms(d, covered)...)
	}
	found = append(found, rows(pack, all)...)
	slices.SortFunc(found, func(a, b unreached) int {
		return cmp.Or(cmp.Compare(a.Process, b.Process), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.What, b.What))
	})
	return found
}

// arms lists the arms of first_of that never came first, of those that were reached at all.
func arms(d *definitions.Process, covered scenario.Coverage) []unreached {
	var found []unreached
	for id, step := range d.Steps {
		spec, ok := step.Spec.(*definitions.FirstOf)
		if !ok || !covered.Steps[id] {
			continue
		}
		for i := range spec.Arms {
			if arm := &spec.Arms[i]; !covered.Branches[id+" "+arm.ID] {
				found = append(found, unreached{Process: d.ID, Pos: arm.Pos.String(), What: "arm " + arm.ID + " of " + id})
			}
		}
	}
	return found
}

// rows lists the rows of decision tables that never won. A table serves several processes.
func rows(pack *definitions.Pack, covered scenario.Coverage) []unreached {
	var found []unreached
	for id, table := range pack.Decisions {
		for row := 1; row <= table.Table.Rows(); row++ {
			if !covered.Rows[id][row] {
				found = append(found, unreached{Pos: table.Pos.String(), What: fmt.Sprintf("row %d of %s", row, id)})
			}
		}
	}
	return found
}
