package formula

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// customer is the object behind ref crm.customer.
func customer() *value.Type {
	return record("crm.customer", "number: text", "grade: A | B | C", "blocked: optional boolean", "owner: optional text")
}

func named(name string) *value.Type {
	switch name {
	case "Line":
		return record("Line", "sku: ref stock.product", "ordered: quantity", "open: quantity", "price: money", "promised: optional date")
	case "Order":
		return record("Order", "number: text", "customer: ref crm.customer", "total: money", "wanted: optional date",
			"placed: moment", "lines: list of Line", "tags: list of text", "urgent: boolean", "客户等级: A | B | C")
	case "Credit":
		return record("Credit", "result: pass | review | block", "reason: text", "share: percent")
	case "Settings":
		return record("settings", "controller_limit: number", "free_days: integer", "patience: duration", "rates: map of number")
	}
	return nil
}

// record makes a record type of fields written name: type.
func record(name string, fields ...string) *value.Type {
	t := &value.Type{Kind: value.Record, Name: name}
	for _, f := range fields {
		for i := range f {
			if f[i] == ':' {
				t.Fields = append(t.Fields, value.Field{Name: f[:i], Type: typeOf(f[i+2:])})
				break
			}
		}
	}
	return t
}

func typeOf(text string) *value.Type {
	t, err := value.ParseType(text, named)
	if err != nil {
		panic(err)
	}
	return t
}

func world() *Static {
	names := map[string]*value.Type{}
	for name, text := range map[string]string{
		"order": "Order", "credit": "Credit", "margin": "percent", "count_of": "integer", "weight": "quantity", "rate": "number",
		"earlier": "optional Credit", "contact": "optional text", "deadline": "moment", "due": "date", "opens": "time", "patience": "duration",
		"stock": "map of quantity", "订单": "Order", "buyer": "ref crm.customer", "agreed": "optional boolean", "mode": "make | buy",
	} {
		names[name] = typeOf(text)
	}
	names["phone"] = typeOf("text").AsPersonal()
	return &Static{
		Names:    names,
		Settings: named("Settings"),
		Object: func(name string) (*value.Type, bool) {
			if name == "crm.customer" {
				return customer(), true
			}
			return nil, false
		},
		Step:     func(id string) bool { return id == "pick" || id == "核对" },
		Role:     func(id string) bool { return id == "sales" },
		Currency: "CNY",
	}
}

func yuan(text string) value.Money {
	m, err := value.ParseMoney(text, "CNY")
	if err != nil {
		panic(err)
	}
	return m
}

func dec(text string) value.Decimal {
	d, err := value.ParseDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

func orderData() map[string]any {
	line := func(sku, ordered, open, price string) map[string]any {
		return map[string]any{"sku": sku, "ordered": dec(ordered), "open": dec(open), "price": yuan(price)}
	}
	second := line("BK-2", "3", "0", "20.00")
	second["promised"] = "2026-03-20"
	return map[string]any{
		"number": "SO-1", "customer": "C-7", "total": yuan("81000.00"), "placed": "2026-03-02T01:00:00.000000Z",
		"lines": []any{line("BK-1", "2.5", "1", "10.10"), second, line("BK-3", "1", "1", "5.55")},
		"tags":  []any{"web", "gift"}, "urgent": true, "客户等级": "B",
	}
}

// scope is Monday 2 March 2026, 09:00 in Shanghai.
func scope(t testing.TB) *Scope {
	office, err := calendar.New(calendar.Config{Zone: "Asia/Shanghai"})
	require.NoError(t, err)
	data := map[string]any{
		"order": orderData(), "订单": orderData(), "margin": dec("18.5"), "count_of": dec("7"), "weight": dec("12.50"), "rate": dec("0.30"),
		"credit":   map[string]any{"result": "review", "reason": "near limit", "share": dec("95")},
		"deadline": "2026-03-04T01:00:00.000000Z", "due": "2026-03-10", "opens": "09:00:00", "patience": "90m",
		"stock": map[string]any{"BK-1": dec("4")}, "buyer": "C-7", "mode": "make", "phone": "139",
	}
	return &Scope{
		Get:      func(name string) any { return data[name] },
		Settings: map[string]any{"controller_limit": dec("50000"), "free_days": dec("14"), "patience": "2h", "rates": map[string]any{"EUR": dec("7.80"), "JPY": dec("0.0482"), "USD": dec("0")}},
		Instance: map[string]any{"id": "i-1", "process": "make_to_order", "started": "2026-03-01T01:00:00.000000Z"},
		Actor:    "li.wei",
		Now:      time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC),
		Calendar: office,
		Asks:     func(question, step string) bool { return question == "reached" && step == "pick" || step == "核对" },
		Lookup: func(object, id string) (any, bool) {
			switch object + " " + id {
			case "crm.customer C-7":
				return map[string]any{"number": "C-7", "grade": "B"}, true
			case "people sales":
				return []any{"li.wei", "wang.fang"}, true
			case "people sales/english":
				return []any{"wang.fang"}, true
			case "superior li.wei":
				return "zhao.lei", true
			case "superior zhao.lei":
				return nil, true
			}
			return nil, false
		},
	}
}
