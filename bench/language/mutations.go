package language

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/definitions/packs"
	"waybill/engine/scenario/mutation"
)

// mutationsFound is how many of all breaking mutations of the packs the check or the scenario tests
// find, in percent. It lists those that nobody finds.
func (m measuring) mutationsFound(ctx context.Context) (float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.NumCPU()))
	catalogue, err := activities.Catalogue()
	if err != nil {
		return 0, err
	}
	var tally mutation.Tally
	for _, name := range packs.Names() {
		folder, _ := packs.Open(name)
		judge, err := mutation.NewJudge(folder, catalogue)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		mutants, err := mutation.Mutants(folder)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		verdicts := make([]mutation.Verdict, len(mutants))
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(runtime.NumCPU())
		for i, m := range mutants {
			group.Go(func() error {
				verdicts[i], _ = judge.Try(m)
				return ctx.Err()
			})
		}
		if err := group.Wait(); err != nil {
			return 0, err
		}
		for i, m := range mutants {
			tally.Add(m, verdicts[i])
		}
	}
	return tally.Percent(), tally.Write(os.Stdout)
}
