package production

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// lockCentres locks the work centres that can do what one of them does, by number, and returns them
// without the one to avoid, unless it is the only one.
func lockCentres(ctx context.Context, tx catalogue.Tx, number, avoid string) ([]centre, error) {
	rows, err := tx.Query(ctx, `
		select c.number, c.minutes_a_day, c.overtime_minutes from production_work_centers c
		where c.pool = (select pool from production_work_centers where number = $1)
		order by c.number for no key update of c`, number)
	if err != nil {
		return nil, fmt.Errorf("work centres: %w", err)
	}
	defer rows.Close()
	var all, left []centre
	for rows.Next() {
		c := centre{fixed: map[string]value.Decimal{}}
		if err := rows.Scan(&c.number, catalogue.Into(&c.minutes), catalogue.Into(&c.overtime)); err != nil {
			return nil, fmt.Errorf("work centres: %w", err)
		}
		all = append(all, c)
		if c.number != avoid {
			left = append(left, c)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("work centres: %w", err)
	}
	if len(left) == 0 {
		return all, nil
	}
	return left, nil
}

// read reads what the work centre has to do beside the job: orders that are released or begin in the
// frozen days stand fast, the others are planned anew. It learns the job's customer grade on the way.
func (s scheduler) read(ctx context.Context, c *centre, j *job) ([]job, error) {
	err := s.tx.QueryRow(ctx, `
		select coalesce(c.grade, 'D') from production_orders o
		left join sales_orders s on s.tenant = o.tenant and s.number = o.sales_order
		left join crm_customers c on c.tenant = s.tenant and c.number = s.customer
		where o.number = $1`, j.order).Scan(&j.grade)
	if err != nil {
		return nil, fmt.Errorf("customer of %s: %w", j.order, err)
	}
	rows, err := s.tx.Query(ctx, `
		select p.production_order, p.day::text, p.minutes, o.start::text, o.needed::text, coalesce(c.grade, 'D'),
		       o.released_at is not null or min(p.day) over (partition by p.production_order) < $2::date
		from production_slots p
		join production_orders o on o.tenant = p.tenant and o.number = p.production_order
		left join sales_orders s on s.tenant = o.tenant and s.number = o.sales_order
		left join crm_customers c on c.tenant = s.tenant and c.number = s.customer
		where p.work_center = $1 and p.production_order <> $3
		  and o.finished_at is null and o.stopped_at is null and (o.cancelled_at is null or o.issued_at is not null)
		order by p.production_order, p.day`, c.number, s.open, j.order)
	if err != nil {
		return nil, fmt.Errorf("load of %s: %w", c.number, err)
	}
	defer rows.Close()
	var jobs []job
	for rows.Next() {
		var k job
		var day string
		var minutes value.Decimal
		var fast bool
		if err := rows.Scan(&k.order, &day, catalogue.Into(&minutes), &k.earliest, &k.needed, &k.grade, &fast); err != nil {
			return nil, fmt.Errorf("load of %s: %w", c.number, err)
		}
		switch last := len(jobs) - 1; {
		case fast:
			c.fixed[day] = c.fixed[day].Add(minutes)
		case last >= 0 && jobs[last].order == k.order:
			jobs[last].minutes = jobs[last].minutes.Add(minutes)
		default:
			k.minutes, k.earliest = minutes, max(k.earliest, s.open)
			jobs = append(jobs, k)
		}
	}
	return jobs, rows.Err()
}
