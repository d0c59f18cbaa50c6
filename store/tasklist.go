package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// TaskFilter picks open tasks: those offered to one of Roles or to Person by name, and those that
// Person has claimed. AfterDue and After are the last row of the page before; zero for the first page.
type TaskFilter struct {
	Roles    []string
	Person   string
	AfterDue *time.Time // nil together with a non-zero After: that row had no due time
	After    uuid.UUID
	Limit    int
}

// Tasks lists open tasks, the earliest due first. Each role walks its own index, so that a page costs
// the same however many tasks there are.
func Tasks(ctx context.Context, db DB, f TaskFilter) ([]Task, error) {
	due := "-infinity"
	if f.After != uuid.Nil {
		due = dueText(f.AfterDue)
	}
	rows, err := db.Query(ctx, `select `+taskColumns+` from (
			select o.id, o.due from unnest($1::text[]) r cross join lateral (
				select id, due from tasks where role = r and closed is null and assignee is null
				  and cardinality(people) = 0 and (due, id) > ($3::text::timestamptz, $4) order by due, id limit $5) o
			union
			select o.task, o.due from unnest($1::text[]) r cross join lateral (
				select task, due from task_offers where role = r and role <> ''
				  and (due, task) > ($3::text::timestamptz, $4) order by due, task limit $5) o
			union
			select o.task, o.due from (select task, due from task_offers where person = $2 and person <> ''
				  and (due, task) > ($3::text::timestamptz, $4) order by due, task limit $5) o
			union
			select o.id, o.due from (select id, due from tasks where assignee = $2 and closed is null
				  and (due, id) > ($3::text::timestamptz, $4) order by due, id limit $5) o
		) page join tasks t on t.id = page.id
		where t.closed is null and (t.assignee is null or t.assignee = $2)
		order by t.due, t.id limit $5`, orEmpty(f.Roles), f.Person, due, f.After, f.Limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Task])
}

// AllTasks lists every open task of the tenant, the earliest due first.
func AllTasks(ctx context.Context, db DB, f TaskFilter) ([]Task, error) {
	due := "-infinity"
	if f.After != uuid.Nil {
		due = dueText(f.AfterDue)
	}
	rows, err := db.Query(ctx, `select `+taskColumns+` from tasks t
		where t.closed is null and (t.due, t.id) > ($1::text::timestamptz, $2) order by t.due, t.id limit $3`, due, f.After, f.Limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Task])
}
