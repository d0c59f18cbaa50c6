-- +goose Up
-- Messages to people, in the order in which they were written. The text is the template's, made up by
-- whoever delivers it, unless the process gave one.
create table notify_messages (
    tenant      uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    id          bigint generated always as identity,
    to_customer text,
    to_role     text,
    to_person   text,
    language    text check (language in ('en', 'zh-CN')), -- null: the reader's own
    template    text not null check (template <> ''),
    about       text,
    text        text, -- personal
    at          timestamptz not null,
    sent_at     timestamptz,
    primary key (tenant, id),
    foreign key (tenant, to_customer) references crm_customers (tenant, number),
    check (num_nonnulls(to_customer, to_role, to_person) > 0)
);
create index on notify_messages (tenant, to_customer, at) where to_customer is not null;
create index on notify_messages (tenant, id) where sent_at is null;
select waybill_protect('notify_messages', 'select, insert, update (sent_at)');

-- +goose Down
drop table notify_messages;
