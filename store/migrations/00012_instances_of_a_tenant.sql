-- +goose Up
-- The newest instances of a tenant, among those of all others.
create index instances_newest on instances (tenant, id);

-- +goose Down
drop index instances_newest;
