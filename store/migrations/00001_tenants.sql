-- +goose Up
-- +goose StatementBegin
do $$
begin
    -- Roles belong to the whole server: another database may have made it, or be making it now.
    if not exists (select from pg_roles where rolname = 'waybill_app') then
        create role waybill_app nologin;
    end if;
exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
        raise exception 'role waybill_app: not there, and % may not create it', current_user
            using hint = 'Give that role CREATEROLE, or have an administrator run: create role waybill_app nologin';
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
do $$
declare
    -- Since PostgreSQL 16 who made a role is a member that may not become it, and there is a word for who may.
    becoming text := case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end;
begin
    if not pg_has_role(current_user, 'waybill_app', becoming) then
        execute format('grant waybill_app to %I', current_user);
    end if;
exception
    when insufficient_privilege then
        raise exception 'role waybill_app: % may not become it', current_user
            using hint = format('Have an administrator run: grant waybill_app to %I', current_user);
end $$;
-- +goose StatementEnd

grant usage on schema public to waybill_app;

-- waybill_tenant is the tenant of the transaction; null where none is set, so that no row is seen.
create function waybill_tenant() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('waybill.tenant', true), '')::uuid;

-- waybill_protect makes a table show and take only rows of the transaction's tenant, for its owner too,
-- and grants what the application may do with it. An append-only table grants 'select, insert'.
-- +goose StatementBegin
create function waybill_protect(protected regclass, grants text default 'select, insert, update, delete')
    returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', protected);
    execute format('alter table %s force row level security', protected);
    execute format('create policy tenant on %s using (tenant = (select waybill_tenant())) '
        'with check (tenant = (select waybill_tenant()))', protected);
    execute format('grant %s on %s to waybill_app', grants, protected);
end $$;
-- +goose StatementEnd

-- The list of tenants is what the relay and the doctor walk: it is seen whole where no tenant is set,
-- and holds nothing of a tenant's business.
create table tenants (
    id      uuid primary key,
    name    text not null unique check (name <> ''),
    created timestamptz not null default clock_timestamp()
);
alter table tenants enable row level security;
alter table tenants force row level security;
create policy seen on tenants for select using ((select waybill_tenant()) is null or id = (select waybill_tenant()));
create policy made on tenants for insert with check ((select waybill_tenant()) is null);
grant select, insert on tenants to waybill_app;

create table people (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    id       text not null check (id <> ''),
    name     text not null,
    superior text,
    skills   text[] not null default '{}',
    primary key (tenant, id),
    foreign key (tenant, superior) references people (tenant, id) deferrable initially deferred
);
select waybill_protect('people');

create table people_roles (
    tenant uuid not null default current_setting('waybill.tenant')::uuid,
    person text not null,
    role   text not null check (role <> ''),
    primary key (tenant, person, role),
    foreign key (tenant, person) references people (tenant, id) on delete cascade
);
create index on people_roles (tenant, role);
select waybill_protect('people_roles');

-- A token is known by the SHA-256 of its text, which itself names the tenant.
create table api_tokens (
    tenant  uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    hash    bytea not null check (octet_length(hash) = 32),
    name    text not null,
    created timestamptz not null default clock_timestamp(),
    revoked timestamptz,
    primary key (tenant, hash)
);
select waybill_protect('api_tokens');

-- +goose Down
drop table api_tokens, people_roles, people, tenants;
drop function waybill_protect, waybill_tenant;
