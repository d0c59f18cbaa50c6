package crm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/definitions/calendar"
)

type assignIn struct {
	Lead     string `json:"lead"`
	NotTo    string `json:"not_to,omitempty" doc:"who must not have it: the owner who kept silent"`
	BlockFor string `json:"block_for,omitempty" type:"duration" doc:"how long not_to is kept from the lead"`
}

type assignOut struct {
	Owner string `json:"owner"`
}

func assignLead(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in assignIn) (assignOut, error) {
	blockedUntil, err := blockEnd(call, in.BlockFor)
	if err != nil {
		return assignOut{}, err
	}
	current, err := lockLead(ctx, tx, in.Lead)
	if err != nil {
		return assignOut{}, err
	}
	if current != "" && current != in.NotTo {
		return assignOut{Owner: current}, nil
	}
	next, err := leastBusy(ctx, tx, call.At, in.Lead, in.NotTo)
	if err != nil {
		return assignOut{}, err
	}
	if current != "" {
		tx.Queue(`update crm_lead_owners set until = $2, blocked_until = $3 where lead = $1 and until is null`,
			in.Lead, call.At, blockedUntil)
	}
	tx.Queue(`insert into crm_lead_owners (lead, owner, since) values ($1, $2, $3)`, in.Lead, next, call.At)
	tx.Queue(`update crm_leads set owner = $2 where number = $1`, in.Lead, next)
	return assignOut{Owner: next}, nil
}

func blockEnd(call catalogue.Call, text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	d, err := calendar.ParseDuration(text)
	if err != nil {
		return nil, fmt.Errorf("block_for: %w", err)
	}
	end := call.Add(d)
	return &end, nil
}

func lockLead(ctx context.Context, tx catalogue.Tx, lead string) (owner string, err error) {
	err = tx.QueryRow(ctx, `select coalesce(owner, '') from crm_leads where number = $1 for no key update`, lead).Scan(&owner)
	if err != nil {
		return "", fmt.Errorf("lead %s: %w", lead, err)
	}
	return owner, nil
}

// leastBusy chooses among the active salespeople who are not kept from the lead; of equally busy ones
// the first by name.
func leastBusy(ctx context.Context, tx catalogue.Tx, at time.Time, lead, notTo string) (string, error) {
	var person string
	err := tx.QueryRow(ctx, `
		select s.person
		from crm_salespeople s
		left join crm_leads l on l.tenant = s.tenant and l.owner = s.person and l.state = 'open'
		where s.active and s.person <> $3
		  and not exists (select from crm_lead_owners o where o.tenant = s.tenant and o.lead = $1
		                  and o.owner = s.person and o.blocked_until > $2)
		group by s.person
		order by count(l.number), s.person
		limit 1`, lead, at, notTo).Scan(&person)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", catalogue.Refuse("crm.nobody_free", "every salesperson is blocked for lead "+lead, nil)
	}
	if err != nil {
		return "", fmt.Errorf("salespeople: %w", err)
	}
	return person, nil
}
