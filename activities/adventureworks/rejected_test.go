package adventureworks_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/activities/adventureworks"
	"waybill/activities/stock/stocktest"
)

const end = " 00:00:00.000"

// productRow, billRow and so on write a row as the files have it.
func productRow(id int, number string, makeFlag, finished, days int) string {
	return fmt.Sprintf("%d\tName of %s\t%s\t%d\t%d\t\t4\t3\t.0000\t10.0000\t\t\t\t\t%d\t\t\t\t\t\t2019-04-30%s\t\t\tGUID\t2025-02-07%s", id, number, number, makeFlag, finished, days, end, end)
}

func billRow(assembly, component int, from, to, unit, quantity string) string {
	top := fmt.Sprint(assembly)
	if assembly == 0 {
		top = ""
	}
	if to != "" {
		to += end
	}
	return fmt.Sprintf("1\t%s\t%d\t%s%s\t%s\t%s \t1\t%s\t2021-05-11%s", top, component, from, end, to, unit, quantity, end)
}

func vendorRow(id int, number string, rating int) string {
	return fmt.Sprintf("%d\t%s\tName of %s\t%d\t1\t1\t\t2022-12-22%s", id, number, number, rating, end)
}

func priceRow(product, vendor int, price, unit string) string {
	return fmt.Sprintf("%d\t%d\t17\t%s\t\t\t1\t5\t3\t%s\t2022-08-28%s", product, vendor, price, unit, end)
}

func placeRow(product, location int, quantity string) string {
	return fmt.Sprintf("%d\t%d\tA\t1\t%s\tGUID\t2025-08-07%s", product, location, quantity, end)
}

// company is a small one without a fault: a bicycle of two wheels and paint.
func company() map[string][]string {
	return map[string][]string{
		"UnitMeasure.csv":      {"EA \tEach\tx", "OZ \tOunces\tx", "CTN\tCarton\tx"},
		"Location.csv":         {"1\tTool Crib\t.0000\t.00\tx"},
		"Product.csv":          {productRow(1, "BIKE", 1, 1, 4), productRow(2, "WHEEL", 0, 0, 0), productRow(3, "PAINT", 0, 0, 0)},
		"Vendor.csv":           {vendorRow(100, "NEAR0001", 1)},
		"ProductVendor.csv":    {priceRow(2, 100, ".5000", "EA"), priceRow(3, 100, "7.0000", "CTN")},
		"BillOfMaterials.csv":  {billRow(0, 1, "2021-03-03", "", "EA", "1.00"), billRow(1, 2, "2021-03-03", "2021-05-02", "EA", "3.00"), billRow(1, 2, "2021-05-03", "", "EA", "2.00"), billRow(1, 3, "2021-03-03", "", "OZ", "1.50")},
		"ProductInventory.csv": {placeRow(2, 1, "40")},
	}
}

func filesOf(rows map[string][]string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, lines := range rows {
		files[name] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n") + "\n")}
	}
	return files
}

func TestEachFaultyRowIsRejectedWithItsReasonAndTheOthersAreLoaded(t *testing.T) {
	for _, c := range []struct{ name, file, row, reason string }{
		{"a column too few", "Vendor.csv", "101\tFAR0001", "2 columns, not 8"},
		{"no number of a product", "Product.csv", productRow(4, "", 1, 1, 4), "column 3: empty"},
		{"a product twice", "Product.csv", productRow(2, "OTHER", 0, 0, 0), "ProductID 2: twice, first in row 2"},
		{"a product number twice", "Product.csv", productRow(4, "WHEEL", 0, 0, 0), "ProductNumber WHEEL: twice, first in row 2"},
		{"a flag that is none", "Product.csv", productRow(4, "BELL", 7, 0, 0), `column 4: "7" is neither 0 nor 1`},
		{"made in no time", "Product.csv", productRow(4, "BELL", 1, 0, 0), "BELL is made in no days"},
		{"a vendor's rating", "Vendor.csv", vendorRow(101, "FAR0001", 6), "CreditRating 6: not from 1 to 5"},
		{"a price of nothing", "ProductVendor.csv", priceRow(1, 100, ".0000", "EA"), "a price of 0"},
		{"a price of an unknown vendor", "ProductVendor.csv", priceRow(1, 999, "1.0000", "EA"), "BusinessEntityID 999: unknown"},
		{"a price of an unknown product", "ProductVendor.csv", priceRow(999, 100, "1.0000", "EA"), "column 1: ProductID 999: unknown"},
		{"a price by an unknown unit", "ProductVendor.csv", priceRow(1, 100, "1.0000", "BOX"), "UnitMeasureCode BOX: unknown"},
		{"two prices of one vendor", "ProductVendor.csv", priceRow(2, 100, "1.0000", "EA"), "WHEEL of NEAR0001: twice"},
		{"a bill that holds itself", "BillOfMaterials.csv", billRow(2, 1, "2021-06-01", "", "EA", "1.00"), "holds itself: WHEEL > BIKE > WHEEL"},
		{"a product in itself", "BillOfMaterials.csv", billRow(3, 3, "2021-06-01", "", "OZ", "1.00"), "holds itself: PAINT > PAINT"},
		{"a part twice on the same day", "BillOfMaterials.csv", billRow(1, 2, "2021-05-01", "2021-05-01", "EA", "1.00"), "WHEEL: in force beside row 2"},
		{"a part in another unit", "BillOfMaterials.csv", billRow(2, 3, "2021-05-01", "", "EA", "1.00"), "PAINT is counted in EA here and in OZ before; no table converts them"},
		{"a quantity of nothing", "BillOfMaterials.csv", billRow(2, 3, "2021-05-01", "", "OZ", ".00"), "a quantity of 0"},
		{"an end before the beginning", "BillOfMaterials.csv", billRow(2, 3, "2021-05-02", "2021-05-01", "OZ", "1.00"), "ends before it begins"},
		{"a date that is none", "BillOfMaterials.csv", billRow(2, 3, "2021-02-30", "", "OZ", "1.00"), "column 4: "},
		{"half a wheel in stock", "ProductInventory.csv", placeRow(3, 1, "0.5"), "column 5: 0.5 is no whole number from 0 on"},
		{"less than nothing in stock", "ProductInventory.csv", placeRow(3, 1, "-1"), "column 5: -1 is no whole number from 0 on"},
		{"stock in no place", "ProductInventory.csv", placeRow(3, 9, "5"), "column 2: LocationID 9: unknown"},
		{"a bin twice", "ProductInventory.csv", placeRow(2, 1, "5"), "WHEEL in Tool Crib, A, 1: twice, first in row 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows := company()
			rows[c.file] = append(rows[c.file], c.row)
			s := stocktest.Open(t)
			report := load(t, s, filesOf(rows))
			require.Equal(t, 1, report.Rejected())
			account := report.File(c.file)
			require.Equal(t, account.Read, account.Loaded+1)
			require.Equal(t, len(rows[c.file]), account.Rejected[0].Row)
			require.Contains(t, account.Rejected[0].Reason, c.reason)
			require.Equal(t, "3 | 3 | 1 | 2 | 40", s.Ask(`select (select count(*) from stock_products), (select count(*) from production_bills), (select count(*) from production_finals),
				(select count(*) from purchasing_prices), (select sum(on_hand) from stock_balances)`))
		})
	}
}

func TestASmallCompanyIsLoadedAsItsFilesSay(t *testing.T) {
	s := stocktest.Open(t)
	var told []string
	report, err := adventureworks.Import(t.Context(), s.Store, filesOf(company()), adventureworks.Options{
		Tenant: s.Tenant, Currency: "CNY", At: s.At,
		Progress: func(file string, done, total int) { told = append(told, fmt.Sprintf("%s %d/%d", file, done, total)) },
	})
	require.NoError(t, err)
	require.Equal(t, []string{"Product.csv 3/3", "Vendor.csv 1/1", "ProductVendor.csv 2/2", "BillOfMaterials.csv 4/4", "ProductInventory.csv 1/1"}, told)
	require.Equal(t, []string{
		"products without a cost: 1 (no standard cost, and no supplier's price in the unit of stock)",
		"prices in a unit that no table converts: 1 (CTN); one is taken for one of the unit of stock",
	}, report.Notes)
	require.Equal(t, "BIKE | EA | 0 | make | t | 1.0 | 4\nPAINT | OZ | 2 | buy | f | 0 | 17\nWHEEL | EA | 0 | buy | f | 0.5 | 17",
		s.Ask(`select number, unit, decimals, source, sold, cost, lead_days from stock_products order by 1`), "the bicycle's cost is its two wheels'")
	require.Equal(t, "PAINT | 1.5 | 2021-03-03 | -\nWHEEL | 3 | 2021-03-03 | 2021-05-03\nWHEEL | 2 | 2021-05-03 | -",
		s.Ask(`select component, quantity, valid_from, valid_to from production_bills order by component, valid_from`))
	require.Equal(t, "PAINT | 7 | CTN | t\nWHEEL | 0.5 | EA | f", s.Ask(`select product, price, unit, unit_assumed from purchasing_prices order by 1`))
	require.Equal(t, "WHEEL | opening | 40 | Tool Crib, A, 1", s.Ask(`select product, kind, quantity, place from stock_movements`))
}

func TestStockThatWasOpenedIsNotOpenedAgainWithAnotherQuantity(t *testing.T) {
	s := stocktest.Open(t)
	rows := company()
	load(t, s, filesOf(rows))
	s.Order("O-1", "WHEEL 5")
	s.Do("stock.reserve", `{"order": "O-1"}`)
	rows["ProductInventory.csv"] = []string{placeRow(2, 1, "50"), placeRow(3, 1, "7")}
	report := load(t, s, filesOf(rows))
	require.Equal(t, []adventureworks.Rejection{{Row: 1, Reason: "WHEEL in Tool Crib, A, 1 was opened with 40 before"}}, report.File("ProductInventory.csv").Rejected)
	require.Equal(t, "40/5", s.Stock("WHEEL"))
	require.Equal(t, "7/0", s.Stock("PAINT"), "the other bin is opened")
	s.Balanced()
}

func TestAFileThatIsNotThereIsAnError(t *testing.T) {
	s := stocktest.Open(t)
	files := filesOf(company())
	delete(files, "Vendor.csv")
	_, err := adventureworks.Import(t.Context(), s.Store, files, adventureworks.Options{Tenant: s.Tenant, Currency: "CNY", At: s.At})
	require.ErrorContains(t, err, "Vendor.csv")
	require.Equal(t, "0", s.Ask(`select count(*) from stock_products`), "nothing is loaded by halves")
}
