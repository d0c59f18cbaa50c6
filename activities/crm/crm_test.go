package crm_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue/catalogtest"
	"waybill/activities/crm"
)

func world(t *testing.T) *catalogtest.World {
	t.Parallel()
	return catalogtest.New(t, slices.Concat(crm.Actions(), crm.Objects())...)
}

func TestALeadIsComparedWithCustomersAndOpenLeadsByPhoneMailAndTaxID(t *testing.T) {
	w := world(t)
	w.Exec(`insert into crm_customers (number, name, phone, email, tax_id) values
		('C-1', 'Nimbus', '+86 (21) 5555-0101', 'Buy@Nimbus.example', '9131 0000 MA1'),
		('C-2', 'Kestrel', '', null, null)`)
	w.Do("crm.capture_lead", `{"company": "Old lead", "phone": "020-777"}`)
	w.Do("crm.capture_lead", `{"company": "Lost lead", "phone": "020 777"}`)
	w.Do("crm.close_lead", `{"lead": "L-000002", "outcome": "lost", "reason": "no budget"}`)

	for i, c := range []struct{ name, lead, matches string }{
		{"the phone in another spelling", `"phone": "8621-55550101"`, `[{"by":"phone","customer":"C-1","kind":"customer","name":"Nimbus"}]`},
		{"the mail in another case", `"email": "buy@NIMBUS.example"`, `[{"by":"email","customer":"C-1","kind":"customer","name":"Nimbus"}]`},
		{"tax id counts before phone", `"phone": "862155550101", "tax_id": "91310000ma1"`, `[{"by":"tax_id","customer":"C-1","kind":"customer","name":"Nimbus"}]`},
		{"an open lead, not the lost one", `"phone": "(020) 777"`, `[{"by":"phone","kind":"lead","lead":"L-000001","name":"Old lead"}]`},
		{"no phone is nobody's phone", `"phone": " - "`, `[]`},
		{"nothing known", `"contact": "Ms Li"`, `[]`},
	} {
		out := w.Do("crm.capture_lead", `{"company": "New", %s}`, c.lead)
		require.Equal(t, fmt.Sprintf(`{"lead":"L-%06d","matches":%s}`, i+3, c.matches), out, c.name)
		w.Exec(`delete from crm_leads where company = 'New'`)
	}
}

func TestALeadGoesToWhoHasFewestAndNotBackToWhoKeptSilent(t *testing.T) {
	w := world(t)
	w.Exec(`insert into crm_salespeople (person, active) values ('ann', true), ('bo', true), ('cy', true), ('dan', false)`)
	for i, want := range []string{"ann", "bo", "cy", "ann"} {
		out := w.Do("crm.capture_lead", `{"company": "Company %d"}`, i)
		require.Equal(t, fmt.Sprintf(`{"lead":"L-%06d","matches":[]}`, i+1), out)
		require.Equal(t, fmt.Sprintf(`{"owner":%q}`, want), w.Do("crm.assign_lead", `{"lead": "L-%06d"}`, i+1))
	}
	require.Equal(t, `{"owner":"ann"}`, w.Do("crm.assign_lead", `{"lead": "L-000001"}`), "asked again")

	w.At = w.At.Add(15 * 24 * time.Hour)
	require.Equal(t, `{"owner":"bo"}`, w.Do("crm.assign_lead", `{"lead": "L-000001", "not_to": "ann", "block_for": "7d"}`))
	require.Equal(t, `{"owner":"cy"}`, w.Do("crm.assign_lead", `{"lead": "L-000001", "not_to": "bo", "block_for": "7d"}`))
	w.Refused("crm.nobody_free", "crm.assign_lead", `{"lead": "L-000001", "not_to": "cy", "block_for": "7d"}`)
	require.Equal(t, "cy", w.Ask(`select owner from crm_leads where number = 'L-000001'`), "a refusal changes nothing")

	w.At = w.At.Add(7 * 24 * time.Hour)
	require.Equal(t, `{"owner":"ann"}`, w.Do("crm.assign_lead", `{"lead": "L-000001", "not_to": "cy", "block_for": "7d"}`), "no longer blocked")
	require.Equal(t, "ann | f\nbo | f\ncy | f\nann | t",
		w.Ask(`select owner, until is null from crm_lead_owners where lead = 'L-000001' order by since, until nulls last`))
}

func TestALeadBecomesACustomerOnceWithItsOwnerAndNeed(t *testing.T) {
	w := world(t)
	w.Exec(`insert into crm_salespeople (person) values ('ann')`)
	w.Do("crm.capture_lead", `{"company": "Nimbus", "contact": "Ms Li", "phone": "139", "need": "40 bikes", "tax_id": "T-1"}`)
	w.Do("crm.assign_lead", `{"lead": "L-000001"}`)

	const save = `{"lead": "L-000001", "grade": "B", "credit_limit": {"amount": 50000, "currency": "CNY"}}`
	require.Equal(t, `{"customer":"C-000001"}`, w.Do("crm.save_customer", save))
	require.Equal(t, `{"customer":"C-000001"}`, w.Do("crm.save_customer", save), "asked again")
	require.Equal(t, "1", w.Ask(`select count(*) from crm_customers`))
	require.Equal(t, `{"credit_limit":{"amount":50000,"currency":"CNY"},"dunning_level":0,"grade":"B","language":"en",`+
		`"name":"Nimbus","number":"C-000001","on_hold":false,"owner":"ann","tax_id":"T-1"}`, w.Lookup("crm.customer", "C-000001"))
	require.Equal(t, "null", w.Lookup("crm.customer", "C-7"))
	w.Refused("crm.unknown_lead", "crm.save_customer", `{"lead": "L-7"}`)
}

func TestALeadOfAKnownCustomerAddsOnlyWhatWasUnknown(t *testing.T) {
	w := world(t)
	w.Exec(`insert into crm_customers (number, name, grade, phone, owner, need) values ('C-1', 'Nimbus', 'A', '139', 'bo', 'bikes')`)
	w.Do("crm.capture_lead", `{"company": "Nimbus Ltd", "phone": "0139", "email": "buy@nimbus.example", "need": "helmets"}`)
	require.Equal(t, `{"customer":"C-1"}`, w.Do("crm.save_customer", `{"lead": "L-000001", "merge_into": "C-1"}`))
	require.Equal(t, "Nimbus | A | 139 | buy@nimbus.example | bo | helmets | -",
		w.Ask(`select name, grade, phone, email, owner, need, credit_limit from crm_customers`))
	_, err := w.Try("crm.save_customer", `{"lead": "L-000001", "merge_into": "C-1"}`)
	require.NoError(t, err)
}

func TestALeadIsClosedOnceAndStaysSo(t *testing.T) {
	w := world(t)
	w.Exec(`insert into crm_salespeople (person) values ('ann')`)
	w.Do("crm.capture_lead", `{"company": "Nimbus"}`)
	w.Do("crm.assign_lead", `{"lead": "L-000001"}`)
	w.Do("crm.close_lead", `{"lead": "L-000001", "outcome": "won"}`)
	w.Do("crm.close_lead", `{"lead": "L-000001", "outcome": "won"}`)
	_, err := w.Try("crm.close_lead", `{"lead": "L-000001", "outcome": "lost"}`)
	require.EqualError(t, err, "crm.close_lead: lead L-000001: unknown, or closed otherwise")
	require.Equal(t, `{"company":"Nimbus","number":"L-000001","owner":"ann","state":"won"}`, w.Lookup("crm.lead", "L-000001"))
}

func TestContactsStandInTheCustomersHistory(t *testing.T) {
	w := world(t)
	w.Exec(`insert into crm_customers (number, name) values ('C-1', 'Nimbus')`)
	w.Do("crm.record_contact", `{"customer": "C-1", "about": "SO-1", "kind": "call", "text": "asked for the date", "by": "bo"}`)
	w.Do("crm.record_contact", `{"customer": "C-1", "kind": "note", "text": "likes red"}`)
	require.Equal(t, "call | SO-1 | asked for the date | bo\nnote | - | likes red | ann",
		w.Ask(`select kind, about, text, by from crm_contacts where customer = 'C-1' order by id`))
	_, err := w.Try("crm.record_contact", `{"kind": "note", "text": "of nobody"}`)
	require.EqualError(t, err, "crm.record_contact: contact: with neither a customer nor a lead")
}

func TestSatisfactionIsAnAverageOfAllScores(t *testing.T) {
	w := world(t)
	w.Exec(`insert into crm_customers (number, name) values ('C-1', 'Nimbus'), ('C-2', 'Kestrel')`)
	w.Do("crm.record_satisfaction", `{"customer": "C-2", "score": 1}`)
	require.Equal(t, `{"average":5.00}`, w.Do("crm.record_satisfaction", `{"customer": "C-1", "score": 5, "order": "SO-1"}`))
	require.Equal(t, `{"average":4.50}`, w.Do("crm.record_satisfaction", `{"customer": "C-1", "score": 4, "case": "CS-1"}`))
	require.Equal(t, `{"average":3.33}`, w.Do("crm.record_satisfaction", `{"customer": "C-1", "score": 1}`))
	_, err := w.Try("crm.record_satisfaction", `{"customer": "C-1", "score": 6}`)
	require.ErrorContains(t, err, "score_check")
}
