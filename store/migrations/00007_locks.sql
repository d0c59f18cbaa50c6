-- +goose Up
alter table inbox drop constraint inbox_kind_check;
alter table inbox add constraint inbox_kind_check check (kind in ('start', 'claim', 'release', 'complete', 'message', 'answer',
    'failure', 'child_ended', 'acquired', 'retry', 'skip', 'change', 'pause', 'resume', 'cancel', 'undo'));

-- The queue of every lock that processes name: an instance has one place for each name that its step
-- takes, and holds them all once it is first in each.
create table lock_places (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    pack     text not null check (pack <> ''),
    name     text not null check (name <> ''),
    position bigint generated always as identity,
    instance uuid not null references instances,
    wait     bigint not null,
    step     text not null,
    asked    timestamptz not null default clock_timestamp(),
    granted  timestamptz, -- since when it holds the lock, together with the others of its step
    primary key (instance, wait, name)
);
create unique index lock_places_queue on lock_places (tenant, pack, name, position);
-- Nobody holds a lock together with another.
create unique index lock_places_holder on lock_places (tenant, pack, name) where granted is not null;
select waybill_protect('lock_places');

-- +goose Down
drop table lock_places;
delete from inbox where kind = 'acquired';
alter table inbox drop constraint inbox_kind_check;
alter table inbox add constraint inbox_kind_check check (kind in ('start', 'claim', 'release', 'complete', 'message', 'answer',
    'failure', 'child_ended', 'retry', 'skip', 'change', 'pause', 'resume', 'cancel', 'undo'));
