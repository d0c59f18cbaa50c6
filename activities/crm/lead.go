package crm

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
)

type captureIn struct {
	Company string `json:"company"`
	Contact string `json:"contact,omitempty" personal:"true"`
	Phone   string `json:"phone,omitempty" personal:"true"`
	Email   string `json:"email,omitempty" personal:"true"`
	TaxID   string `json:"tax_id,omitempty"`
	Source  string `json:"source,omitempty" doc:"where the lead came from"`
	Need    string `json:"need,omitempty"`
	By      string `json:"by,omitempty" doc:"the person whose act it is; left out: whoever is behind the step"`
}

type captureOut struct {
	Lead    string  `json:"lead"`
	Matches []Match `json:"matches" doc:"customers first, then leads, oldest first"`
}

// Match is somebody who may be the same as a new lead.
type Match struct {
	Kind     string `json:"kind" type:"customer | lead"`
	Customer string `json:"customer,omitempty" type:"ref crm.customer"`
	Lead     string `json:"lead,omitempty"`
	Name     string `json:"name"`
	By       string `json:"by" type:"phone | email | tax_id" doc:"what they have in common; tax id before phone before mail"`
}

func captureLead(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in captureIn) (captureOut, error) {
	var out captureOut
	err := tx.QueryRow(ctx, `
		insert into crm_leads (number, company, contact, phone, email, tax_id, source, need, entered_by, created_at)
		values ('L-' || lpad(nextval('crm_lead_numbers')::text, 6, '0'), $1, $2, $3, $4, $5, $6, $7, $8, $9)
		returning number`,
		in.Company, catalogue.Nullable(in.Contact), catalogue.Nullable(in.Phone), catalogue.Nullable(in.Email),
		catalogue.Nullable(in.TaxID), catalogue.Nullable(in.Source), catalogue.Nullable(in.Need), catalogue.Nullable(cmp.Or(in.By, call.By)),
		call.At).Scan(&out.Lead)
	if err != nil {
		return out, fmt.Errorf("lead: %w", err)
	}
	out.Matches, err = findMatches(ctx, tx, out.Lead, in)
	return out, err
}

// findMatches compares what is left of phone, mail and tax id without their spelling.
func findMatches(ctx context.Context, tx catalogue.Tx, lead string, in captureIn) ([]Match, error) {
	rows, err := tx.Query(ctx, `
		with sought as (select crm_folded($1) as tax_id, crm_digits($2) as phone, crm_folded($3) as email)
		select 'customer' as kind, c.number, c.name, c.created_at,
		       case when c.tax_id_key = s.tax_id then 'tax_id' when c.phone_key = s.phone then 'phone' else 'email' end
		from crm_customers c, sought s
		where c.tax_id_key = s.tax_id or c.phone_key = s.phone or c.email_key = s.email
		union all
		select 'lead', l.number, l.company, l.created_at,
		       case when l.tax_id_key = s.tax_id then 'tax_id' when l.phone_key = s.phone then 'phone' else 'email' end
		from crm_leads l, sought s
		where l.state = 'open' and l.number <> $4
		  and (l.tax_id_key = s.tax_id or l.phone_key = s.phone or l.email_key = s.email)
		order by 1, 4, 2`, in.TaxID, in.Phone, in.Email, lead)
	if err != nil {
		return nil, fmt.Errorf("matches: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Match, error) {
		var m Match
		var number string
		if err := row.Scan(&m.Kind, &number, &m.Name, nil, &m.By); err != nil {
			return m, err
		}
		if m.Kind == "customer" {
			m.Customer = number
		} else {
			m.Lead = number
		}
		return m, nil
	})
}

type closeIn struct {
	Lead    string `json:"lead"`
	Outcome string `json:"outcome" type:"won | lost"`
	Reason  string `json:"reason,omitempty"`
}

func closeLead(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in closeIn) (struct{}, error) {
	tx.Queue(`update crm_lead_owners set until = $2 where lead = $1 and until is null`, in.Lead, call.At)
	done, err := tx.Exec(ctx, `update crm_leads set state = $2, reason = $3, closed_at = $4
		where number = $1 and (state = 'open' or state = $2)`, in.Lead, in.Outcome, catalogue.Nullable(in.Reason), call.At)
	if err != nil {
		return struct{}{}, fmt.Errorf("lead %s: %w", in.Lead, err)
	}
	if done.RowsAffected() == 0 {
		return struct{}{}, fmt.Errorf("lead %s: unknown, or closed otherwise", in.Lead)
	}
	return struct{}{}, nil
}

// Lead is what formulas read of a lead.
type Lead struct {
	Number  string `json:"number"`
	Company string `json:"company"`
	Owner   string `json:"owner,omitempty"`
	State   string `json:"state" type:"open | won | lost"`
}

func loadLead(ctx context.Context, tx catalogue.Tx, id string) (Lead, bool, error) {
	l := Lead{Number: id}
	err := tx.QueryRow(ctx, `select company, coalesce(owner, ''), state from crm_leads where number = $1`, id).
		Scan(&l.Company, &l.Owner, &l.State)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}
