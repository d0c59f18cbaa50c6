-- +goose Up
-- A wait that listens for a message; key '' takes any key.
create table subscriptions (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    instance uuid not null references instances,
    wait     bigint not null,
    position bigint generated always as identity,
    name     text not null,
    key      text not null,
    opened   timestamptz not null,
    primary key (instance, wait)
);
create index subscriptions_match on subscriptions (tenant, name, key, position);
select waybill_protect('subscriptions');

-- Every message ever sent, once by its id. One without an instance is kept for a wait that takes it.
create table messages (
    tenant    uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    id        text not null check (id <> ''),
    position  bigint generated always as identity,
    name      text not null,
    key       text not null,
    body      jsonb not null,
    by        text not null default '',
    recorded  timestamptz not null default clock_timestamp(),
    keep_till timestamptz not null,
    instance  uuid references instances,
    inbox     uuid references inbox (id),
    tries     integer not null default 0,
    pending   boolean not null default false, -- an instance gave it back, and it has not been delivered anew
    unclaimed timestamptz, -- when it was reported that nobody took it
    primary key (tenant, id),
    check ((instance is null) = (inbox is null)),
    check (unclaimed is null or instance is null),
    check (not pending or instance is null)
);
create index messages_kept on messages (tenant, name, key, position) where instance is null and unclaimed is null;
create index messages_inbox on messages (inbox) where inbox is not null;
create index messages_pending on messages (tenant, position) where pending;
select waybill_protect('messages');

-- Events for whoever follows (xid, position) below pg_snapshot_xmin(pg_current_snapshot()).
create table outbox (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    xid      xid8 not null default pg_current_xact_id(),
    position bigint generated always as identity,
    topic    text not null check (topic <> ''),
    instance uuid,
    body     jsonb not null,
    recorded timestamptz not null default clock_timestamp(),
    primary key (tenant, xid, position)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
select waybill_protect('outbox', 'select, insert, delete');

create table outbox_readers (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    reader   text not null,
    xid      xid8 not null default '0',
    position bigint not null default 0,
    primary key (tenant, reader)
);
select waybill_protect('outbox_readers');

-- +goose Down
drop table outbox_readers, outbox, messages, subscriptions;
