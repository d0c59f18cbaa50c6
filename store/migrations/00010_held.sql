-- +goose Up
alter table tasks add held boolean not null default false; -- it stands still, and cannot be completed

-- +goose Down
alter table tasks drop held;
