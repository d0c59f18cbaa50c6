-- +goose Up
-- A revision is a deployed pack; nothing in it ever changes.
create table revisions (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    pack     text not null check (pack <> ''),
    number   integer not null check (number > 0),
    hash     text not null check (hash like 'sha256:%'),
    files    bytea not null,
    by       text not null default '',
    deployed timestamptz not null default clock_timestamp(),
    primary key (tenant, pack, number)
);
alter table revisions alter column files set storage external; -- packed already
select waybill_protect('revisions', 'select, insert');

-- Settings are the numbers that analysts change at run time; a pack's defaults are not here.
create table settings (
    tenant  uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    pack    text not null,
    name    text not null,
    value   jsonb not null,
    primary key (tenant, pack, name)
);
select waybill_protect('settings');

create table setting_changes (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    position bigint generated always as identity,
    pack     text not null,
    name     text not null,
    before   jsonb,
    after    jsonb not null,
    by       text not null,
    at       timestamptz not null default clock_timestamp(),
    primary key (tenant, position)
);
select waybill_protect('setting_changes', 'select, insert');

-- A schedule is what the newest revision of a pack starts by the clock.
create table schedules (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    id       text not null check (id <> ''),
    pack     text not null,
    process  text not null,
    revision integer not null,
    cron     text not null,
    zone     text not null,
    removed  timestamptz,
    primary key (tenant, id),
    foreign key (tenant, pack, revision) references revisions (tenant, pack, number)
);
select waybill_protect('schedules');

-- +goose Down
drop table schedules, setting_changes, settings, revisions;
