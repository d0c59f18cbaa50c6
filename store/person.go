package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Person is somebody who does tasks. Superior is "" where there is none.
type Person struct {
	ID       string   `db:"id"`
	Name     string   `db:"name"`
	Superior string   `db:"superior"`
	Roles    []string `db:"roles"`
}

const personQuery = `select p.id, p.name, coalesce(p.superior, '') as superior,
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
	_, err := db.Exec(ctx, `insert into people (id, name, superior) values ($1, $2, nullif($3, ''))
		on conflict (tenant, id) do update set name = excluded.name, superior = excluded.superior`, p.ID, p.Name, p.Superior)
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
