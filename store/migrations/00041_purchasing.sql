-- +goose Up

create sequence purchasing_requisition_numbers;
create sequence purchasing_order_numbers;
create sequence purchasing_receipt_numbers;
create sequence purchasing_return_numbers;
grant usage on sequence purchasing_requisition_numbers, purchasing_order_numbers, purchasing_receipt_numbers, purchasing_return_numbers to waybill_app;

create table purchasing_suppliers (
    tenant         uuid not null default current_setting('waybill.tenant')::uuid,
    number         text not null,
    name           text not null,
    rating         smallint not null default 1 check (rating between 1 and 5),
    preferred      boolean not null default true,
    active         boolean not null default true,
    buyer          text not null default '',
    cancel_fee     numeric not null default 0 check (cancel_fee >= 0),
    transit_days   integer not null default 0 check (transit_days >= 0),
    sample_percent numeric not null default 100 check (sample_percent between 0 and 100),
    primary key (tenant, number)
);
comment on column purchasing_suppliers.rating is '1 is the best';
comment on column purchasing_suppliers.cancel_fee is 'percent of the value that a cancelled order still costs';
comment on column purchasing_suppliers.transit_days is 'days before the due date from which goods are under way and an order is not cancelled any more';
comment on column purchasing_suppliers.sample_percent is 'share of a receipt that quality looks at';
select waybill_protect('purchasing_suppliers');

-- What a supplier asks for a product, per unit that he sells by.
create table purchasing_prices (
    tenant       uuid not null default current_setting('waybill.tenant')::uuid,
    supplier     text not null,
    product      text not null,
    price        numeric not null check (price > 0),
    last_price   numeric check (last_price > 0),
    currency     char(3) not null,
    unit         text not null,
    unit_factor  numeric not null default 1 check (unit_factor > 0),
    unit_assumed boolean not null default false,
    minimum      numeric not null default 0 check (minimum >= 0),
    maximum      numeric check (maximum >= minimum),
    multiple     numeric not null default 0 check (multiple >= 0),
    lead_days    integer not null check (lead_days >= 0),
    primary key (tenant, supplier, product),
    foreign key (tenant, supplier) references purchasing_suppliers (tenant, number),
    foreign key (tenant, product) references stock_products (tenant, number)
);
comment on column purchasing_prices.unit_factor is 'base units in one unit that the supplier sells by; price / unit_factor is the price of a base unit';
comment on column purchasing_prices.unit_assumed is 'nobody told the factor: a unit sold is taken for a base unit';
comment on column purchasing_prices.minimum is 'in base units, as maximum and multiple';
create index purchasing_prices_product on purchasing_prices (tenant, product);
select waybill_protect('purchasing_prices');

create table purchasing_orders (
    tenant       uuid not null default current_setting('waybill.tenant')::uuid,
    number       text not null default 'PO-' || lpad(nextval('purchasing_order_numbers')::text, 6, '0'),
    supplier     text not null,
    buyer        text not null,
    currency     char(3) not null,
    drafted_at   timestamptz not null,
    sent_at      timestamptz,
    due          date,
    confirmed    date,
    cancelled_at timestamptz,
    refused_at   timestamptz,
    cancel_fee   numeric not null default 0 check (cancel_fee >= 0),
    reason       text,
    closed_at    timestamptz,
    primary key (tenant, number),
    foreign key (tenant, supplier) references purchasing_suppliers (tenant, number),
    check ((sent_at is null) = (due is null)),
    check (confirmed is null or sent_at is not null),
    check (refused_at is null or sent_at is not null)
);
comment on column purchasing_orders.refused_at is 'when the supplier refused to cancel it';
select waybill_protect('purchasing_orders');

-- The counters of a line are the truth; what is open follows from them.
create table purchasing_order_lines (
    tenant         uuid not null default current_setting('waybill.tenant')::uuid,
    purchase_order text not null,
    line           integer not null check (line > 0),
    product        text not null,
    price          numeric not null check (price > 0),
    ordered        numeric not null check (ordered > 0),
    cancelled      numeric not null default 0 check (cancelled >= 0),
    received       numeric not null default 0 check (received >= 0),
    accepted       numeric not null default 0 check (accepted >= 0),
    rejected       numeric not null default 0 check (rejected >= 0),
    debited        numeric not null default 0 check (debited >= 0),
    primary key (tenant, purchase_order, line),
    foreign key (tenant, purchase_order) references purchasing_orders (tenant, number),
    foreign key (tenant, product) references stock_products (tenant, number),
    check (cancelled <= ordered),
    check (accepted + rejected <= received),
    check (debited <= rejected)
);
comment on column purchasing_order_lines.received is 'counted and kept, rejected pieces among it; what was sent back at once is not';
comment on column purchasing_order_lines.debited is 'rejected, returned for a debit note: not expected any more';
create index purchasing_order_lines_product on purchasing_order_lines (tenant, product);
select waybill_protect('purchasing_order_lines');

-- Pieces that a line still expects: a rejected piece is expected again until it is debited.
-- +goose StatementBegin
create function purchasing_open(l purchasing_order_lines) returns numeric language sql immutable as $$
    select greatest(0, l.ordered - l.cancelled - l.received + l.rejected - l.debited)
$$;
-- +goose StatementEnd

create table purchasing_requisitions (
    tenant           uuid not null default current_setting('waybill.tenant')::uuid,
    number           text not null default 'PR-' || lpad(nextval('purchasing_requisition_numbers')::text, 6, '0'),
    product          text not null,
    quantity         numeric not null check (quantity > 0),
    wanted           numeric not null check (wanted > 0 and wanted <= quantity),
    needed           date,
    sales_order      text,
    line             integer,
    production_order text,
    purchase_order   text,
    purchase_line    integer,
    used             numeric not null default 0 check (used >= 0),
    requested_at     timestamptz not null,
    cancelled_at     timestamptz,
    primary key (tenant, number),
    foreign key (tenant, product) references stock_products (tenant, number),
    foreign key (tenant, purchase_order, purchase_line) references purchasing_order_lines (tenant, purchase_order, line),
    check ((sales_order is null) = (line is null)),
    check (production_order is null or sales_order is not null),
    check ((purchase_order is null) = (purchase_line is null))
);
comment on column purchasing_requisitions.wanted is 'what was asked for, before the supplier''s minimum and multiple';
comment on column purchasing_requisitions.used is 'accepted pieces that went to the order it was made for';
create index purchasing_requisitions_purchase on purchasing_requisitions (tenant, purchase_order, purchase_line);
create index purchasing_requisitions_order on purchasing_requisitions (tenant, sales_order, line);
create index purchasing_requisitions_production on purchasing_requisitions (tenant, production_order) where production_order is not null;
create index purchasing_requisitions_product on purchasing_requisitions (tenant, product) where cancelled_at is null;
select waybill_protect('purchasing_requisitions');

create table purchasing_receipts (
    tenant         uuid not null default current_setting('waybill.tenant')::uuid,
    number         text not null default 'GR-' || lpad(nextval('purchasing_receipt_numbers')::text, 6, '0'),
    purchase_order text not null,
    by             text not null,
    at             timestamptz not null,
    put_away_at    timestamptz,
    primary key (tenant, number),
    foreign key (tenant, purchase_order) references purchasing_orders (tenant, number)
);
create index purchasing_receipts_order on purchasing_receipts (tenant, purchase_order);
select waybill_protect('purchasing_receipts');

-- What of quantity is neither accepted nor rejected stands in quarantine.
create table purchasing_receipt_lines (
    tenant         uuid not null default current_setting('waybill.tenant')::uuid,
    receipt        text not null,
    purchase_order text not null,
    line           integer not null,
    quantity       numeric not null check (quantity >= 0),
    sent_back      numeric not null default 0 check (sent_back >= 0),
    accepted       numeric not null default 0 check (accepted >= 0),
    rejected       numeric not null default 0 check (rejected >= 0),
    returned       numeric not null default 0 check (returned >= 0),
    primary key (tenant, receipt, line),
    foreign key (tenant, receipt) references purchasing_receipts (tenant, number),
    foreign key (tenant, purchase_order, line) references purchasing_order_lines (tenant, purchase_order, line),
    check (accepted + rejected <= quantity),
    check (returned <= rejected)
);
select waybill_protect('purchasing_receipt_lines');

create table purchasing_returns (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid,
    number   text not null default 'SR-' || lpad(nextval('purchasing_return_numbers')::text, 6, '0'),
    receipt  text not null,
    settle   text not null check (settle in ('replacement', 'debit_note')),
    amount   numeric not null check (amount >= 0),
    currency char(3) not null,
    reason   text,
    at       timestamptz not null,
    primary key (tenant, number),
    foreign key (tenant, receipt) references purchasing_receipts (tenant, number)
);
select waybill_protect('purchasing_returns');

create table purchasing_invoices (
    tenant         uuid not null default current_setting('waybill.tenant')::uuid,
    purchase_order text not null,
    number         text not null,
    amount         numeric not null,
    currency       char(3) not null,
    matched        boolean not null,
    difference     numeric not null,
    at             timestamptz not null,
    primary key (tenant, purchase_order, number),
    foreign key (tenant, purchase_order) references purchasing_orders (tenant, number)
);
comment on column purchasing_invoices.number is 'the supplier''s';
comment on column purchasing_invoices.difference is 'amount less what was accepted and not yet invoiced';
select waybill_protect('purchasing_invoices');

-- +goose Down
drop table purchasing_invoices, purchasing_returns, purchasing_receipt_lines, purchasing_receipts, purchasing_requisitions;
drop function purchasing_open;
drop table purchasing_order_lines, purchasing_orders, purchasing_prices, purchasing_suppliers;
drop sequence purchasing_requisition_numbers, purchasing_order_numbers, purchasing_receipt_numbers, purchasing_return_numbers;
