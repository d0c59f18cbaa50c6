package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/store"
)

// demoFiles is the made-up bicycle maker: what it makes, of what, from whom, for whom, and who works there.
//
//go:embed demo/*.csv
var demoFiles embed.FS

const demoCurrency = "CNY"

// demoTables lists which file goes into which table; a file's first row names the columns.
func demoTables() []struct{ file, table string } {
	return []struct{ file, table string }{
		{"products", "stock_products"},
		{"bills", "production_bills"},
		{"suppliers", "purchasing_suppliers"},
		{"prices", "purchasing_prices"},
		{"work_centers", "production_work_centers"},
		{"routings", "production_routings"},
		{"customers", "crm_customers"},
	}
}

// loadDemoCompany loads the bicycle maker; where it is there already it changes nothing.
func loadDemoCompany(ctx context.Context, db *store.Store, tenant uuid.UUID, at time.Time) error {
	return db.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		for _, t := range demoTables() {
			rows, err := demoRows(t.file)
			if err != nil {
				return err
			}
			if err := insertDemoRows(ctx, tx, t.table, rows); err != nil {
				return fmt.Errorf("%s: %w", t.file, err)
			}
		}
		if err := openDemoStock(ctx, tx, at); err != nil {
			return fmt.Errorf("opening stock: %w", err)
		}
		return employ(ctx, tx)
	})
}

// demoRows reads a file into one record a row; an empty cell is left out.
func demoRows(file string) ([]map[string]string, error) {
	text, err := demoFiles.ReadFile("demo/" + file + ".csv")
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			if cell != "" {
				row[lines[0][i]] = cell
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// insertDemoRows has PostgreSQL read each cell as its column's type. A column that the table does not
// have is left to somebody else.
func insertDemoRows(ctx context.Context, tx pgx.Tx, table string, rows []map[string]string) error {
	var has []string
	err := tx.QueryRow(ctx, `select array_agg(attname::text) from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`, table).Scan(&has)
	if err != nil {
		return err
	}
	for _, row := range rows {
		record := map[string]string{}
		for name, cell := range row {
			record[name] = cell
		}
		record["currency"], record["valid_from"] = demoCurrency, "2020-01-01"
		var columns []string
		for name := range record {
			if slices.Contains(has, name) {
				columns = append(columns, name)
			}
		}
		slices.Sort(columns)
		text, err := json.Marshal(record)
		if err != nil {
			return err
		}
		list := strings.Join(columns, ", ")
		_, err = tx.Exec(ctx, `insert into `+table+` (`+list+`) select `+list+` from jsonb_populate_record(null::`+table+`, $1) on conflict do nothing`, string(text))
		if err != nil {
			return err
		}
	}
	return nil
}

// openDemoStock books what lies in the warehouse, once.
func openDemoStock(ctx context.Context, tx pgx.Tx, at time.Time) error {
	products, err := demoRows("products")
	if err != nil {
		return err
	}
	for _, p := range products {
		_, err := tx.Exec(ctx, `
			with booked as (
				insert into stock_movements (product, kind, quantity, document, place, at)
				values ($1, 'opening', $2::text::numeric, 'demo', 'main', $3)
				on conflict (tenant, product, place) where kind = 'opening' do nothing
				returning product, quantity)
			update stock_balances b set on_hand = b.on_hand + n.quantity from booked n where b.product = n.product`,
			p["number"], p["on_hand"], at)
		if err != nil {
			return err
		}
	}
	return nil
}

// employ says who works there; whoever sells may be given leads.
func employ(ctx context.Context, tx pgx.Tx) error {
	people, err := demoRows("people")
	if err != nil {
		return err
	}
	for _, p := range people {
		roles := strings.Fields(p["roles"])
		if err := store.PutPerson(ctx, tx, store.Person{ID: p["id"], Name: p["name"], Superior: p["superior"], Roles: roles}); err != nil {
			return fmt.Errorf("%s: %w", p["id"], err)
		}
		if slices.Contains(roles, "sales") {
			if _, err := tx.Exec(ctx, `insert into crm_salespeople (person) values ($1) on conflict do nothing`, p["id"]); err != nil {
				return fmt.Errorf("%s: %w", p["id"], err)
			}
		}
	}
	return nil
}
