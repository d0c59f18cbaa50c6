-- +goose Up
create sequence service_case_numbers;
create sequence service_return_numbers;
grant usage on sequence service_case_numbers, service_return_numbers to waybill_app;

create table service_cases (
    tenant      uuid not null default current_setting('waybill.tenant')::uuid,
    number      text not null check (number <> ''),
    customer    text not null,
    sales_order   text,
    product     text,
    serial      text,
    kind        text not null check (kind in ('problem', 'question', 'need', 'quality')),
    priority    text not null check (priority in ('P1', 'P2', 'P3')),
    text        text not null, -- personal
    parent      text,
    opened_by   text,
    replacement text, -- the order that replaces a faulty product
    result      text,
    opened_at   timestamptz not null,
    closed_at   timestamptz,
    primary key (tenant, number),
    foreign key (tenant, customer) references crm_customers (tenant, number),
    foreign key (tenant, sales_order) references sales_orders (tenant, number),
    foreign key (tenant, parent) references service_cases (tenant, number),
    check ((closed_at is null) = (result is null))
);
create index on service_cases (tenant, customer, opened_at);
create index on service_cases (tenant, serial) where serial is not null;
create index on service_cases (tenant, sales_order) where sales_order is not null;
select waybill_protect('service_cases');

create table service_returns (
    tenant    uuid not null default current_setting('waybill.tenant')::uuid,
    number    text not null check (number <> ''),
    service_case    text not null,
    sales_order text not null,
    product   text not null,
    quantity  numeric not null check (quantity > 0),
    reason    text,
    opened_at timestamptz not null,
    closed_at timestamptz,
    primary key (tenant, number),
    foreign key (tenant, service_case) references service_cases (tenant, number),
    foreign key (tenant, sales_order) references sales_orders (tenant, number)
);
create index on service_returns (tenant, sales_order, product);
select waybill_protect('service_returns', 'select, insert, update (reason, closed_at)');

-- A return by the order's lines that the product was delivered on.
create table service_return_lines (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid,
    rma      text not null,
    line     integer not null,
    quantity numeric not null check (quantity > 0),
    usable   numeric not null default 0 check (usable >= 0),
    scrapped numeric not null default 0 check (scrapped >= 0),
    primary key (tenant, rma, line),
    foreign key (tenant, rma) references service_returns (tenant, number),
    check (usable + scrapped <= quantity)
);
select waybill_protect('service_return_lines', 'select, insert, update (usable, scrapped)');

-- +goose Down
drop table service_return_lines, service_returns, service_cases;
drop sequence service_return_numbers, service_case_numbers;
