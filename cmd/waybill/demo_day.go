package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"waybill/api"
	"waybill/internal/staff"
)

const (
	demoPack    = "manufacturing"
	demoCompany = "Heron Bicycles 苍鹭自行车"
	// The lead whose order is the story, and one that comes to nothing.
	demoLead = "Wheelhouse Rotterdam"
	demoIdle = "Idle Bikes Ltd"
	// demoBike is what the lead buys more of than there is; demoCargo is made for one customer alone.
	demoBike, demoCargo = "BK-TOUR", "BK-CARGO"
	// demoEvery is how often an order comes in.
	demoEvery = 400 * time.Millisecond
)

// demoDay is one day of the company: what comes in, and how its people deal with it.
type demoDay struct {
	server *client
	random *rand.Rand
	prefix string
	orders int

	lead, story, service uuid.UUID
	cancelled            string      // the number of the order that is cancelled late
	making               atomic.Bool // its bicycle is being made
}

func newDemoDay(server *client, seed uint64, orders int, at time.Time) *demoDay {
	return &demoDay{
		server: server, random: rand.New(rand.NewPCG(seed, seed)), prefix: at.Format("0102-1504-"), orders: orders,
	}
}

// demoOrder is an order as a customer places it.
type demoOrder struct {
	customer, policy, product string
	quantity                  int
}

// feed lets the day's work come in, and the complaint about the order of the story once it is delivered.
func (d *demoDay) feed(ctx context.Context) error {
	var err error
	if d.lead, err = d.start(ctx, "lead_to_order", map[string]any{
		"company": demoLead, "contact": "Joost Bakker", "phone": "+31 10 555 0199", "email": "joost@wheelhouse.example",
		"source": "fair", "need": "ten touring bicycles with bells and pannier bags for the spring",
	}); err != nil {
		return err
	}
	if _, err = d.start(ctx, "lead_to_order", map[string]any{"company": demoIdle, "source": "web", "need": "looking around"}); err != nil {
		return err
	}
	d.cancelled = d.number(0)
	special := []demoOrder{{"C-POST", "ship_complete", demoCargo, 2}, {"C-SCHOOL", "ship_complete", "BK-KIDS", 19}}
	ticker := time.NewTicker(demoEvery)
	defer ticker.Stop()
	for i := range d.orders - 1 { // one comes from the lead
		o := d.ordinary()
		if i < len(special) {
			o = special[i]
		}
		if _, err := d.start(ctx, "fulfil_order", map[string]any{"order": d.placed(d.number(i), o)}); err != nil {
			return fmt.Errorf("order %s: %w", d.number(i), err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return d.complain(ctx)
}

func (d *demoDay) number(i int) string { return fmt.Sprintf("%s%02d", d.prefix, i+1) }

// ordinary is an order of a regular customer from what is made for stock.
func (d *demoDay) ordinary() demoOrder {
	customers := []string{"C-CANAL", "C-BUND", "C-FJORD", "C-LAKE", "C-SCHOOL"}
	products := []string{"BK-CITY", "BK-CITY", "BK-KIDS", "AC-LOCK"}
	policy := "partial"
	if d.random.IntN(4) == 0 {
		policy = "ship_complete"
	}
	return demoOrder{
		customers[d.random.IntN(len(customers))], policy, products[d.random.IntN(len(products))], 1 + d.random.IntN(3),
	}
}

func (d *demoDay) placed(number string, o demoOrder) map[string]any {
	return map[string]any{
		"number": number, "customer": o.customer, "customer_po": "PO " + number, "entered_by": "li.wei", "policy": o.policy,
		"ship_to": "as always", "tax_id": "known",
		"lines": []any{
			map[string]any{"line": 1, "product": o.product, "quantity": o.quantity},
			map[string]any{"line": 2, "product": "AC-BELL", "quantity": o.quantity},
		},
	}
}

// start starts an instance as the salesperson.
func (d *demoDay) start(ctx context.Context, process string, input map[string]any) (uuid.UUID, error) {
	var taken api.Taken
	err := d.server.do(ctx, request{
		method: http.MethodPost, path: "/api/v1/packs/" + demoPack + "/processes/" + process + "/instances",
		header: actorFlags{As: "li.wei"}.headers(), body: map[string]any{"input": input},
	}, &taken)
	return taken.Instance, err
}

// complain waits until the order of the story is delivered, and has its customer send a bicycle back.
func (d *demoDay) complain(ctx context.Context) error {
	ticker := time.NewTicker(demoEvery)
	defer ticker.Stop()
	for {
		order, err := d.storyOrder(ctx)
		if err != nil {
			return err
		}
		if order != nil && order.Status == "ended" {
			d.story = order.ID
			return d.open(ctx, order)
		}
		lead, err := d.read(ctx, d.lead)
		switch {
		case err != nil:
			return err
		case lead.Status == "ended" && lead.Outcome != "won":
			return fmt.Errorf("the lead of %s ended as %s", demoLead, lead.Outcome)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (d *demoDay) open(ctx context.Context, order *api.Instance) error {
	if order.Outcome != "delivered" {
		return fmt.Errorf("order %s ended as %s", order.Key, order.Outcome)
	}
	view, err := d.read(ctx, order.ID)
	if err != nil {
		return err
	}
	d.service, err = d.start(ctx, "service_case", map[string]any{
		"customer": demoText(view.Data, "order", "customer"), "kind": "problem", "priority": "P2", "problem": "the bottom bracket of one bicycle creaks",
		"order": order.Key, "product": demoBike,
	})
	return err
}

// storyOrder returns the order that the lead has become, or nil.
func (d *demoDay) storyOrder(ctx context.Context) (*api.Instance, error) {
	found, err := d.instances(ctx, "fulfil_order")
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(found, func(i api.Instance) bool { return i.Parent != nil && *i.Parent == d.lead })
	if at < 0 {
		return nil, nil
	}
	return &found[at], nil
}

// instances lists all instances of a process; "" of all.
func (d *demoDay) instances(ctx context.Context, process string) ([]api.Instance, error) {
	return listInstances(ctx, d.server, process)
}

func listInstances(ctx context.Context, server *client, process string) ([]api.Instance, error) {
	var all []api.Instance
	query := url.Values{"process": {process}, "limit": {"200"}}
	for {
		var part page[api.Instance]
		if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/instances", query: query}, &part); err != nil {
			return nil, err
		}
		all = append(all, part.Items...)
		if part.Next == "" {
			return all, nil
		}
		query.Set("after", part.Next)
	}
}

func (d *demoDay) read(ctx context.Context, id uuid.UUID) (api.InstanceView, error) {
	var view api.InstanceView
	err := d.server.do(ctx, request{method: http.MethodGet, path: "/api/v1/instances/" + id.String()}, &view)
	return view, err
}

// rules say what the people of this company decide.
func (d *demoDay) rules() map[string]staff.Rule {
	return map[string]staff.Rule{
		"qualify": func(t *staff.Task) staff.Answer {
			if t.Text("company") != demoLead {
				return staff.Answer{Outcome: "lost", Form: map[string]any{"grade": "D", "lines": []any{}, "reason": "no need"}}
			}
			return staff.Answer{Outcome: "qualified", Form: map[string]any{
				"grade": "B", "credit_limit": 90000, "discount": 8,
				"lines": []any{
					map[string]any{"line": 1, "product": demoBike, "quantity": 10},
					map[string]any{"line": 2, "product": "AC-BELL", "quantity": 10},
					map[string]any{"line": 3, "product": "AC-BAG", "quantity": 10},
				},
			}}
		},
		"complete_order": func(*staff.Task) staff.Answer {
			return staff.Answer{Form: map[string]any{"ship_to": "Maashaven 12, Rotterdam", "tax_id": "NL-1234"}}
		},
		"answer_customer": func(*staff.Task) staff.Answer {
			return staff.Answer{Outcome: "take_back", Form: map[string]any{"note": "We take it back and refund it.", "quantity": 1}}
		},
		"make_pieces": d.makePieces,
	}
}

// makePieces goes on as usual, but for the bicycle whose order is about to be cancelled.
func (d *demoDay) makePieces(t *staff.Task) staff.Answer {
	if t.Text("product.name") == "Heron Cargo bicycle 货运自行车" {
		d.making.Store(true)
		return staff.Answer{Later: true}
	}
	return staff.MakePieces(t)
}

// outside has the one customer cancel while his bicycles are being made.
func (d *demoDay) outside() map[string]staff.Sender {
	return map[string]staff.Sender{
		"order.cancel_requested": func(_ context.Context, _ *staff.World, w *staff.Wait) (map[string]any, bool, error) {
			if w.Key != d.cancelled {
				return nil, false, nil
			}
			if !d.making.Load() {
				return nil, false, staff.ErrLater
			}
			return map[string]any{"reason": "the tender was lost"}, true, nil
		},
	}
}

// wrong lists the orders that did not end as they should have.
func (d *demoDay) wrong(ctx context.Context) error {
	found, err := d.instances(ctx, "fulfil_order")
	if err != nil {
		return err
	}
	var all []error
	for _, i := range found {
		want := "delivered"
		if i.Key == d.cancelled {
			want = "cancelled"
		}
		if i.Status != "ended" || i.Outcome != want {
			all = append(all, fmt.Errorf("order %s is %s %s, not %s", i.Key, i.Status, i.Outcome, want))
		}
	}
	return errors.Join(all...)
}

// tell checks how the day ended and tells the story of one order.
func (d *demoDay) tell(ctx context.Context, out *printer, c *demoCommand) error {
	if err := d.wrong(ctx); err != nil {
		return err
	}
	all, err := d.instances(ctx, "")
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, i := range all {
		count[i.Process]++
	}
	out.line("")
	out.line("%s %d leads, %d orders, %d production orders, %d purchase orders, %d shipments, %d invoices collected, %d service case",
		out.bold("The day:"), count["lead_to_order"], count["fulfil_order"], count["produce_part"], count["purchase"], count["ship"], count["collect"], count["service_case"])
	traces := make([]api.Trace, 2)
	var group errgroup.Group
	for i, id := range []uuid.UUID{d.lead, d.service} {
		group.Go(func() (err error) {
			traces[i], err = (&traceCommand{}).read(ctx, d.server, id)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return out.show(traces, func() {
		for i, heading := range []string{"One order's whole story, from the lead to the payment", "and what came afterwards"} {
			out.line("")
			out.line("%s", out.bold(heading))
			out.trace(&traceCommand{languageFlag: c.languageFlag}, &traces[i])
		}
	})
}
