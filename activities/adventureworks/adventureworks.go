// Package adventureworks imports the sample company of that name: products, bills of materials,
// suppliers, their prices, and stock, from its tab-separated files.
//
// A product is known by its ProductNumber, a supplier by his AccountNumber. What the files leave open is
// decided here:
//
//   - Amounts have no currency in the files; they are taken in the one given.
//   - The unit of stock is the one its bill of materials counts a part in, EA for all else; EA counts
//     whole, other units with two digits.
//   - No table converts units. A price keeps the supplier's unit; where that is not the unit of stock,
//     one is taken for one and the price is marked as assumed.
//   - The cost of a product is its StandardCost; where that is 0, what the cheapest supplier asks in the
//     unit of stock, or for a made one the sum of its parts; where nobody knows it stays 0.
//   - The lead time of a bought product is its cheapest supplier's, of a made one DaysToManufacture.
//   - An EndDate is the last day in force.
//   - A finished good is sold unless its SellEndDate is past, or it is made and has no bill in force.
//   - Each row of the inventory is an opening movement, booked once. OnOrderQty is not imported: the
//     orders it counts are history.
package adventureworks

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/google/uuid"

	"waybill/store"
)

// Options says into what, and how, an import goes.
type Options struct {
	Tenant   uuid.UUID
	Currency string    // ISO 4217
	At       time.Time // the day that decides what is in force; the time of the opening movements
	// Progress, if there is one, is told after each batch of a file's rows.
	Progress func(file string, done, total int)
}

// Import reads the files and loads them, in batches that each commit. Run again it changes nothing; a
// broken off import is finished by running it again. A row that does not make sense is rejected in the
// report and does not stop the others; an error is technical.
func Import(ctx context.Context, db *store.Store, files fs.FS, o Options) (*Report, error) {
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	c, err := read(files, o.At)
	if err != nil {
		return nil, fmt.Errorf("adventureworks: %w", err)
	}
	l := loader{db: db, options: o}
	for _, load := range []func(context.Context, *company) error{l.products, l.vendors, l.prices, l.bills, l.inventory} {
		if err := load(ctx, c); err != nil {
			return nil, fmt.Errorf("adventureworks: %w", err)
		}
	}
	return c.report(), nil
}

// company is all that the files tell.
type company struct {
	units     map[string]bool
	locations map[string]string

	products  []*product
	byID      map[string]*product
	vendors   []*vendor
	vendorBy  map[string]*vendor
	prices    []*price
	bills     []*bill
	inventory []*place

	files []*File
	notes []string
}

// read reads all files in the order that lets each row be checked against those it refers to.
func read(files fs.FS, at time.Time) (*company, error) {
	c := &company{units: map[string]bool{}, locations: map[string]string{}, byID: map[string]*product{}, vendorBy: map[string]*vendor{}}
	for _, step := range []struct {
		file    string
		columns int
		take    func(*row) error
	}{
		{"UnitMeasure.csv", 3, c.takeUnit},
		{"Location.csv", 5, c.takeLocation},
		{"Product.csv", 25, c.takeProduct},
		{"Vendor.csv", 8, c.takeVendor},
		{"ProductVendor.csv", 11, c.takePrice},
		{"BillOfMaterials.csv", 9, c.takeBill},
		{"ProductInventory.csv", 7, c.takePlace},
	} {
		if err := c.readFile(files, step.file, step.columns, step.take); err != nil {
			return nil, err
		}
	}
	c.conclude(at)
	return c, nil
}

func (c *company) takeUnit(r *row) error {
	c.units[r.text(0)] = true
	return r.err
}

func (c *company) takeLocation(r *row) error {
	c.locations[r.text(0)] = r.text(1)
	return r.err
}

func (c *company) report() *Report {
	return &Report{Files: c.files, Notes: c.notes}
}
