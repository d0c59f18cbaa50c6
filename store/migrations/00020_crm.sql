-- +goose Up
-- Leads and customers. Columns that hold personal data: contact, phone, email, ship_to, tax_id, text, comment.

create sequence crm_lead_numbers;
create sequence crm_customer_numbers;
grant usage on sequence crm_lead_numbers, crm_customer_numbers to waybill_app;

-- What two spellings of the same phone, mail or tax id have in common; null where nothing is left.
create function crm_digits(text) returns text language sql immutable parallel safe
    return nullif(regexp_replace($1, '[^0-9]', '', 'g'), '');
create function crm_folded(text) returns text language sql immutable parallel safe
    return nullif(lower(regexp_replace($1, '\s', '', 'g')), '');

create table crm_customers (
    tenant       uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    number       text not null check (number <> ''),
    name         text not null check (name <> ''),
    grade        text not null default 'C' check (grade in ('A', 'B', 'C', 'D')),
    credit_limit numeric check (credit_limit >= 0), -- null: no limit at all; 0: no credit at all
    currency     char(3), -- of the limit
    contact      text,
    phone        text,
    email        text,
    tax_id       text,
    ship_to      text,
    need         text,
    owner        text,
    language     text not null default 'en' check (language in ('en', 'zh-CN')),
    on_hold      boolean not null default false,
    hold_reason  text,
    preferences  jsonb not null default '{}' check (jsonb_typeof(preferences) = 'object'),
    created_at   timestamptz not null default clock_timestamp(),
    phone_key    text generated always as (crm_digits(phone)) stored,
    email_key    text generated always as (crm_folded(email)) stored,
    tax_id_key   text generated always as (crm_folded(tax_id)) stored,
    primary key (tenant, number),
    check (on_hold or hold_reason is null),
    check (credit_limit is null or currency is not null)
);
create index on crm_customers (tenant, phone_key);
create index on crm_customers (tenant, email_key);
create index on crm_customers (tenant, tax_id_key);
create index on crm_customers (tenant, name);
select waybill_protect('crm_customers');

create table crm_leads (
    tenant     uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    number     text not null check (number <> ''),
    company    text not null check (company <> ''),
    contact    text,
    phone      text,
    email      text,
    tax_id     text,
    source     text,
    need       text,
    owner      text,
    state      text not null default 'open' check (state in ('open', 'won', 'lost')),
    reason     text,
    customer   text,
    entered_by text,
    created_at timestamptz not null default clock_timestamp(),
    closed_at  timestamptz,
    phone_key  text generated always as (crm_digits(phone)) stored,
    email_key  text generated always as (crm_folded(email)) stored,
    tax_id_key text generated always as (crm_folded(tax_id)) stored,
    primary key (tenant, number),
    foreign key (tenant, customer) references crm_customers (tenant, number),
    check ((state = 'open') = (closed_at is null))
);
create index on crm_leads (tenant, phone_key) where state = 'open';
create index on crm_leads (tenant, email_key) where state = 'open';
create index on crm_leads (tenant, tax_id_key) where state = 'open';
create index on crm_leads (tenant, owner) where state = 'open';
select waybill_protect('crm_leads');

-- Who had a lead from when to when, and until when he may not have it again.
create table crm_lead_owners (
    tenant        uuid not null default current_setting('waybill.tenant')::uuid,
    lead          text not null,
    owner         text not null check (owner <> ''),
    since         timestamptz not null,
    until         timestamptz check (until >= since),
    blocked_until timestamptz,
    primary key (tenant, lead, owner, since),
    foreign key (tenant, lead) references crm_leads (tenant, number)
);
create unique index on crm_lead_owners (tenant, lead) where until is null;
select waybill_protect('crm_lead_owners');

-- Whom a lead may be given to.
create table crm_salespeople (
    tenant uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    person text not null check (person <> ''),
    active boolean not null default true,
    primary key (tenant, person)
);
select waybill_protect('crm_salespeople');

create table crm_contacts (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid,
    id       bigint generated always as identity,
    customer text,
    lead     text,
    about    text, -- the document it was about
    kind     text not null check (kind in ('call', 'visit', 'mail', 'note')),
    text     text not null,
    by       text,
    at       timestamptz not null,
    primary key (tenant, id),
    foreign key (tenant, customer) references crm_customers (tenant, number),
    foreign key (tenant, lead) references crm_leads (tenant, number),
    check (num_nonnulls(customer, lead) > 0)
);
create index on crm_contacts (tenant, customer, at);
create index on crm_contacts (tenant, lead, at);
select waybill_protect('crm_contacts');

create table crm_satisfaction (
    tenant       uuid not null default current_setting('waybill.tenant')::uuid,
    id           bigint generated always as identity,
    customer     text not null,
    order_number text,
    case_number  text,
    score        integer not null check (score between 1 and 5),
    comment      text,
    at           timestamptz not null,
    primary key (tenant, id),
    foreign key (tenant, customer) references crm_customers (tenant, number)
);
create index on crm_satisfaction (tenant, customer, at);
select waybill_protect('crm_satisfaction');

-- +goose Down
drop table crm_satisfaction, crm_contacts, crm_salespeople, crm_lead_owners, crm_leads, crm_customers;
drop function crm_folded, crm_digits;
drop sequence crm_customer_numbers, crm_lead_numbers;
