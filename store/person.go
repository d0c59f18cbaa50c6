package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Person is somebody who does tasks. Superior is "" where there is none.
type Person struct {
	ID       string   `db:"id"`
	Name     string   `db:"name"`
	Superior string   `db:"superior"`
	Roles    []string `db:"roles"`
	Skills   []string `db:"skills"`
}

const personQuery = `select p.id, p.name, coalesce(p.superior, '') as superior, p.skills,
	coalesce(array_agg(r.role order by r.role) filter (where r.role is not null), '{}') as roles
	from people p left join people_roles r on r.person = p.id and r.tenant = p.tenant`

// ReadPerson returns the person or ErrNotFound.
func ReadPerson(ctx context.Context, db DB, id string) (Person, error) {
	rows, err := db.Query(ctx, personQuery+` where p.id = $1 group by p.tenant, p.id`, id)
	if err != nil {
		return Person{}, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Person]))
}

// People lists everybody, by id.
func People(ctx context.Context, db DB) ([]Person, error) {
	rows, err := db.Query(ctx, personQuery+` group by p.tenant, p.id order by p.id`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Person])
}

// PutPerson adds the person, or changes the one with that id.
func PutPerson(ctx context.Context, db DB, p Person) error {
	_, err := db.Exec(ctx, `insert into people (id, name, superior, skills) values ($1, $2, nullif($3, ''), $4)
		on conflict (tenant, id) do update set name = excluded.name, superior = excluded.superior, skills = excluded.skills`,
		p.ID, p.Name, p.Superior, orEmpty(p.Skills))
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, `delete from people_roles where person = $1 and role <> all($2::text[])`, p.ID, orEmpty(p.Roles))
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, `insert into people_roles (person, role) select $1, r from unnest($2::text[]) r on conflict do nothing`,
		p.ID, orEmpty(p.Roles))
	return err
}

// PeopleOf lists the ids of those who have the role, and the skill unless it is "", sorted.
func PeopleOf(ctx context.Context, db DB, role, skill string) ([]string, error) {
	rows, err := db.Query(ctx, `select p.id from people_roles r join people p on p.tenant = r.tenant and p.id = r.person
		where r.role = $1 and ($2 = '' or $2 = any(p.skills)) order by p.id`, role, skill)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// SuperiorOf returns the id of the person's superior; "" where there is none, or nobody of that id.
func SuperiorOf(ctx context.Context, db DB, person string) (string, error) {
	rows, err := db.Query(ctx, `select coalesce(superior, '') from people where id = $1`, person)
	if err != nil {
		return "", err
	}
	superior, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return superior, err
}
