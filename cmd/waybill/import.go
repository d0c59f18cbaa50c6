package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/activities/adventureworks"
	"waybill/internal/stack"
	"waybill/store"
)

type importCommand struct {
	BPMN           importBPMNCommand     `cmd:"" name:"bpmn" help:"Make processes of a BPMN 2.0 file."`
	AdventureWorks adventureWorksCommand `cmd:"" name:"adventureworks" help:"Load the sample company AdventureWorks: products, bills of materials, suppliers, prices, stock."`
}

type adventureWorksCommand struct {
	directFlags
	Folder   string `arg:"" name:"dir" help:"Folder with its tab-separated files." type:"existingdir"`
	Currency string `help:"Currency of all amounts (ISO 4217); the files name none." default:"USD" placeholder:"CODE"`
	Rejected int    `help:"Show at most this many rejected rows of each file." default:"20" placeholder:"N"`
}

func (adventureWorksCommand) Help() string {
	return `Every row of every file is accounted for: loaded, or rejected with the reason. Given again it changes nothing, and one that was broken off is finished by giving it again.

Examples:
  waybill import adventureworks ./adventureworks
  waybill import adventureworks ./adventureworks --currency CNY --json`
}

func (c *adventureWorksCommand) Run(ctx context.Context, out *printer) error {
	opened := out.awaiting("opening the database")
	db, done, err := c.open(ctx)
	opened()
	if err != nil {
		return err
	}
	defer done()
	var tenant uuid.UUID
	err = db.Across(ctx, func(tx pgx.Tx) (err error) {
		tenant, err = store.AddTenant(ctx, tx, stack.Tenant)
		return err
	})
	if err != nil {
		return err
	}
	bar := out.progress("rows")
	defer bar.end()
	report, err := adventureworks.Import(ctx, db, os.DirFS(c.Folder), adventureworks.Options{
		Tenant: tenant, Currency: c.Currency, At: time.Now(),
		Progress: func(file string, done, total int) { bar.step(done, total, file) },
	})
	bar.end()
	if err != nil {
		return err
	}
	return out.show(report, func() { c.print(out, report) })
}

func (c *adventureWorksCommand) print(out *printer, report *adventureworks.Report) {
	rows := [][]string{}
	var read, loaded int
	for _, f := range report.Files {
		read, loaded = read+f.Read, loaded+f.Loaded
		rows = append(rows, []string{f.Name, fmt.Sprint(f.Read), fmt.Sprint(f.Loaded), fmt.Sprint(len(f.Rejected))})
	}
	rows = append(rows, []string{"total", fmt.Sprint(read), fmt.Sprint(loaded), fmt.Sprint(report.Rejected())})
	out.table([]string{"FILE", "READ", "LOADED", "REJECTED"}, rows)
	for _, f := range report.Files {
		for i, r := range f.Rejected {
			if i == c.Rejected {
				out.line("%s", out.faint(fmt.Sprintf("%s: %d more; --json has them all", f.Name, len(f.Rejected)-i)))
				break
			}
			out.line("%s row %d: %s", out.yellow(f.Name), r.Row, r.Reason)
		}
	}
	for _, note := range report.Notes {
		out.line("%s", out.faint("note: "+note))
	}
}
