package store

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Task is work for a person. Title, Show, Form and Answer are JSON.
type Task struct {
	ID          uuid.UUID  `db:"id"`
	Instance    uuid.UUID  `db:"instance"`
	Wait        int64      `db:"wait"`
	Pack        string     `db:"pack"`
	Process     string     `db:"process"`
	BusinessKey *string    `db:"business_key"`
	Step        string     `db:"step"`
	Stage       string     `db:"stage"`
	Title       []byte     `db:"title"`
	Roles       []string   `db:"roles"`
	People      []string   `db:"people"` // candidates; empty: everybody of Roles
	Also        []string   `db:"also"`   // may do it whatever Roles and People say
	NotBy       []string   `db:"not_by"`
	Assignee    *string    `db:"assignee"`
	Show        []byte     `db:"show"`
	Form        []byte     `db:"form"`
	Outcomes    []string   `db:"outcomes"`
	Priority    int        `db:"priority"`
	Due         *time.Time `db:"due"` // nil: never
	Late        bool       `db:"late"`
	Held        bool       `db:"held"` // it stands still: nobody can complete it now
	Opened      time.Time  `db:"opened"`
	Closed      *time.Time `db:"closed"`
	Why         *string    `db:"why"`
	By          *string    `db:"by"`
	For         *string    `db:"on_behalf"`
	Outcome     *string    `db:"outcome"`
	Answer      []byte     `db:"answer"`
}

const taskColumns = `t.id, t.instance, t.wait, t.pack, t.process, t.business_key, t.step, t.stage, t.title, t.roles, t.people, t.also,
	t.not_by, t.assignee, t.show, t.form, t.outcomes, t.priority, nullif(t.due, 'infinity') as due, t.late, t.held, t.opened, t.closed,
	t.why, t.by, t.on_behalf, t.outcome, t.answer`

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// InsertTask queues an open task and its offers.
func InsertTask(q Queue, t Task) {
	q.Queue(`insert into tasks (id, instance, wait, pack, process, business_key, step, stage, title, role, roles, people,
			not_by, assignee, show, form, outcomes, priority, due, opened)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19::text::timestamptz, $20)`,
		t.ID, t.Instance, t.Wait, t.Pack, t.Process, t.BusinessKey, t.Step, t.Stage, jsonOr(t.Title, "{}"), first(t.Roles),
		orEmpty(t.Roles), orEmpty(t.People), orEmpty(t.NotBy), t.Assignee, jsonOr(t.Show, "[]"), jsonOr(t.Form, "[]"),
		orEmpty(t.Outcomes), t.Priority, dueText(t.Due), t.Opened)
	offer(q, t)
}

func dueText(due *time.Time) string {
	if due == nil {
		return "infinity"
	}
	return due.UTC().Format(time.RFC3339Nano)
}

// offer queues the offers beyond the first role; most tasks have none. What somebody has is offered to
// nobody until it is put back.
func offer(q Queue, t Task) {
	if t.Assignee != nil {
		return
	}
	if len(t.Roles) > 1 {
		q.Queue(`insert into task_offers (task, role, due) select $1, r, $3::text::timestamptz from unnest($2::text[]) r
			on conflict do nothing`, t.ID, t.Roles[1:], dueText(t.Due))
	}
	if named := slices.Concat(t.People, t.Also); len(named) > 0 {
		q.Queue(`insert into task_offers (task, person, due) select $1, p, $3::text::timestamptz from unnest($2::text[]) p
			on conflict do nothing`, t.ID, named, dueText(t.Due))
	}
}

// ChangeTask queues who may do the open task at wait, and by when. Only these fields of t are read.
func ChangeTask(q Queue, t Task) {
	q.Queue(`update tasks set role = $3, roles = $4, people = $5, also = $6, not_by = $7, assignee = $8, due = $9::text::timestamptz,
			late = $10
		where instance = $1 and wait = $2 and closed is null`, t.Instance, t.Wait, first(t.Roles), orEmpty(t.Roles),
		orEmpty(t.People), orEmpty(t.Also), orEmpty(t.NotBy), t.Assignee, dueText(t.Due), t.Late)
	q.Queue(`delete from task_offers where task = $1`, t.ID)
	offer(q, t)
}

// CloseTask queues the end of the task at wait. Only Why, By, For, Outcome, Answer and Closed of t are read.
func CloseTask(q Queue, t Task) {
	q.Queue(`update tasks set closed = $3, why = $4, by = $5, on_behalf = $6, outcome = $7, answer = $8
		where instance = $1 and wait = $2 and closed is null`, t.Instance, t.Wait, t.Closed, t.Why, t.By, t.For, t.Outcome, jsonOrNil(t.Answer))
	q.Queue(`delete from task_offers where task = $1`, t.ID)
}

// HoldTasks queues which open tasks of an instance stand still from now on: those of the waits, and no others.
func HoldTasks(q Queue, instance uuid.UUID, waits []int64) {
	q.Queue(`update tasks set held = not held where instance = $1 and closed is null and held <> (wait = any($2::bigint[]))`, instance, waits)
}

func jsonOrNil(body []byte) *string {
	if len(body) == 0 {
		return nil
	}
	text := string(body)
	return &text
}

// ReadTask returns the task or ErrNotFound.
func ReadTask(ctx context.Context, db DB, id uuid.UUID) (*Task, error) {
	rows, err := db.Query(ctx, `select `+taskColumns+` from tasks t where t.id = $1`, id)
	if err != nil {
		return nil, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[Task]))
}

// InstanceTasks lists the open tasks of an instance.
func InstanceTasks(ctx context.Context, db DB, instance uuid.UUID) ([]Task, error) {
	rows, err := db.Query(ctx, `select `+taskColumns+` from tasks t where t.instance = $1 and t.closed is null order by t.wait`, instance)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Task])
}
