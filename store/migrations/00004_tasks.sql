-- +goose Up
create table tasks (
    tenant       uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    id           uuid primary key,
    instance     uuid not null references instances,
    wait         bigint not null,
    pack         text not null,
    process      text not null,
    business_key text,
    step         text not null,
    stage        text not null,
    title        jsonb not null,
    role         text not null, -- the first role it is offered to; '' where only people are named
    roles        text[] not null,
    people       text[] not null,
    also         text[] not null default '{}', -- may do it whatever roles and people say
    not_by       text[] not null,
    assignee     text check (assignee <> ''),
    show         jsonb not null,
    form         jsonb not null,
    outcomes     text[] not null,
    priority     integer not null default 0,
    due          timestamptz not null default 'infinity',
    late         boolean not null default false,
    opened       timestamptz not null,
    closed       timestamptz,
    why          text check (why in ('completed', 'withdrawn')),
    by           text,
    on_behalf    text,
    outcome      text,
    answer       jsonb,
    unique (instance, wait),
    check ((closed is null) = (why is null)),
    check (role = coalesce(roles[1], ''))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create index tasks_offered on tasks (tenant, role, due, id) where closed is null and assignee is null;
create index tasks_assigned on tasks (tenant, assignee, due, id) where closed is null and assignee is not null;
create index tasks_open on tasks (tenant, due, id) where closed is null;
select waybill_protect('tasks');

-- Further roles and named people that an open task is offered to: an escalation adds such.
create table task_offers (
    tenant uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    task   uuid not null references tasks,
    role   text not null default '',
    person text not null default '',
    due    timestamptz not null,
    primary key (task, role, person),
    check ((role = '') <> (person = ''))
);
create index task_offers_role on task_offers (tenant, role, due, task) where role <> '';
create index task_offers_person on task_offers (tenant, person, due, task) where person <> '';
select waybill_protect('task_offers');

-- +goose Down
drop table task_offers, tasks;
