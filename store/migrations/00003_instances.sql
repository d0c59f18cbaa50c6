-- +goose Up
create table instances (
    tenant       uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    id           uuid primary key,
    pack         text not null,
    process      text not null,
    revision     integer not null,
    business_key text check (business_key <> ''),
    parent       uuid,
    parent_wait  bigint,
    depth        integer not null default 0 check (depth >= 0),
    started      timestamptz not null default clock_timestamp(),
    -- what turns change
    n            bigint not null default 0 check (n >= 0),
    status       text not null default 'created' check (status in ('created', 'running', 'undoing', 'paused', 'ended')),
    outcome      text,
    state        bytea,
    format       integer,
    at           timestamptz,
    wake_at      timestamptz,
    head_seq     bigint not null default 0 check (head_seq >= 0),
    head_hash    bytea not null default '' check (octet_length(head_hash) in (0, 32)),
    incidents    integer not null default 0 check (incidents >= 0),
    halted       uuid, -- the incident that keeps the engine from running
    actor        text not null default '', -- the person behind actions that the next turn still has to run
    ended        timestamptz,
    foreign key (tenant, pack, revision) references revisions (tenant, pack, number),
    check ((state is null) = (format is null)),
    check (status <> 'created' or state is null),
    check (status <> 'ended' or (ended is not null and outcome is not null and wake_at is null)),
    check (ended is null or status in ('ended', 'undoing', 'paused')),
    check ((head_seq = 0) = (head_hash = '')),
    check (parent_wait is null or parent is not null)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
alter table instances alter column state set storage external; -- packed already
create unique index instances_business_key on instances (tenant, pack, process, business_key)
    where ended is null and business_key is not null;
create index instances_open on instances (tenant, id) where ended is null;
create index instances_list on instances (tenant, process, id);
create index instances_parent on instances (parent) where parent is not null;
select waybill_protect('instances');

-- What arrives for an instance, in the order of position; a turn takes it and writes its verdict.
create table inbox (
    tenant        uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    position      bigint generated always as identity primary key,
    id            uuid not null unique,
    instance      uuid not null references instances,
    kind          text not null check (kind in ('start', 'claim', 'release', 'complete', 'message', 'answer', 'failure',
                      'child_ended', 'retry', 'skip', 'change', 'pause', 'resume', 'cancel', 'undo')),
    body          jsonb not null default '{}',
    by            text not null default '',
    on_behalf     text not null default '',
    recorded      timestamptz not null default clock_timestamp(),
    consumed_turn bigint,
    verdict       text check (verdict in ('accepted', 'refused')),
    code          text,
    text          text,
    check ((consumed_turn is null) = (verdict is null)),
    check ((verdict = 'refused') = (code is not null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
create index inbox_unread on inbox (instance, position) where consumed_turn is null;
create index inbox_waiting on inbox (tenant, recorded) where consumed_turn is null;
select waybill_protect('inbox');

-- The same key with the same request is the same act, with another one a mistake of the caller.
create table idempotency_keys (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    key      text not null check (key <> ''),
    request  bytea not null,
    inbox    uuid not null references inbox (id),
    recorded timestamptz not null default clock_timestamp(),
    primary key (tenant, key)
);
select waybill_protect('idempotency_keys');

create table incidents (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    id       uuid primary key,
    instance uuid not null references instances,
    wait     bigint not null, -- 0: the whole instance stands still
    step     text not null,
    code     text not null check (code <> ''),
    text     text not null,
    raised   timestamptz not null,
    cleared  timestamptz
);
create index incidents_open on incidents (instance, wait) where cleared is null;
create index incidents_list on incidents (tenant, id) where cleared is null;
select waybill_protect('incidents');

create table calls (
    tenant          uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    instance        uuid not null references instances,
    wait            bigint not null,
    attempt         integer not null,
    step            text not null,
    action          text not null,
    request         jsonb not null,
    timeout         interval not null,
    by              text not null default '',
    idempotency_key text not null,
    requested       timestamptz not null,
    claims          integer not null default 0,
    lease           timestamptz, -- whoever claimed it has it until then
    cancelled       timestamptz,
    answered        timestamptz,
    answer          jsonb,
    primary key (instance, wait),
    check ((answered is null) = (answer is null)),
    check (lease is null or claims > 0)
);
create index calls_open on calls (tenant, requested) where answered is null;
select waybill_protect('calls');

create table children (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    instance uuid not null references instances,
    wait     bigint not null,
    child    uuid not null references instances,
    step     text not null,
    detached boolean not null,
    reported timestamptz, -- when the child's last turn wrote its end into this instance's inbox
    primary key (instance, wait),
    check (reported is null or not detached)
);
create index on children (child);
select waybill_protect('children');

-- +goose Down
drop table children, calls, incidents, idempotency_keys, inbox, instances;
