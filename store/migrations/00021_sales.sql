-- +goose Up
-- Quotes, orders and promises. Amounts are in the currency that stands beside them.

create sequence sales_quote_numbers;
create sequence sales_order_numbers;
grant usage on sequence sales_quote_numbers, sales_order_numbers to waybill_app;

create table sales_quotes (
    tenant       uuid not null default current_setting('waybill.tenant')::uuid,
    number       text not null check (number <> ''),
    customer     text not null,
    lead         text,
    author       text not null,
    currency     char(3) not null,
    discount     numeric not null check (discount between 0 and 100),
    total        numeric not null check (total >= 0),
    cost         numeric not null check (cost >= 0),
    margin       numeric not null,
    state        text not null default 'open' check (state in ('open', 'accepted', 'closed')),
    reason       text,
    made_at      timestamptz not null,
    expires_at   timestamptz not null,
    -- what the customer said when he accepted
    order_number text,
    customer_po  text,
    wanted       date,
    policy       text check (policy in ('ship_complete', 'partial')),
    primary key (tenant, number),
    foreign key (tenant, customer) references crm_customers (tenant, number),
    check ((state = 'accepted') = (order_number is not null))
);
create index on sales_quotes (tenant, customer, made_at);
-- A quote that was made keeps its price; only its state goes on.
select waybill_protect('sales_quotes', 'select, insert, update (state, reason, order_number, customer_po, wanted, policy)');

create table sales_quote_lines (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid,
    quote    text not null,
    line     integer not null check (line > 0),
    product  text not null,
    quantity numeric not null check (quantity > 0),
    price    numeric not null check (price >= 0),
    primary key (tenant, quote, line),
    foreign key (tenant, quote) references sales_quotes (tenant, number)
);
select waybill_protect('sales_quote_lines', 'select, insert');

create table sales_orders (
    tenant        uuid not null default current_setting('waybill.tenant')::uuid,
    number        text not null check (number <> ''),
    customer      text not null,
    customer_po   text check (customer_po <> ''),
    entered_by    text not null,
    policy        text not null check (policy in ('ship_complete', 'partial')),
    wanted        date,
    ship_to       text check (ship_to <> ''), -- personal
    tax_id        text check (tax_id <> ''),
    quote         text,
    currency      char(3) not null,
    net           numeric not null check (net >= 0), -- the sum of the lines
    freight       numeric not null check (freight >= 0),
    tax_percent   numeric not null check (tax_percent >= 0),
    tax_amount    numeric not null check (tax_amount >= 0),
    total         numeric not null,
    entered_at    timestamptz not null,
    cancelled_at  timestamptz, -- when its open rest was cancelled
    cancel_reason text,
    void          boolean not null default false, -- cancelled whole: the customer may order it again
    primary key (tenant, number),
    foreign key (tenant, customer) references crm_customers (tenant, number),
    foreign key (tenant, quote) references sales_quotes (tenant, number),
    check (total = net + freight + tax_amount),
    check (not void or cancelled_at is not null)
);
create unique index sales_orders_once on sales_orders (tenant, customer, customer_po)
    where customer_po is not null and not void;
create index on sales_orders (tenant, customer, entered_at);
select waybill_protect('sales_orders', 'select, insert, update (ship_to, tax_id, cancelled_at, cancel_reason, void)');

-- The quantities of a line are the truth about an order; every status is derived from them.
--   produced, purchased  made and bought for the line, and booked into stock
--   returned             came back, of what was shipped
--   lost                 was shipped and did not arrive: it is to be delivered again
-- What a line still needs is ordered - cancelled - (shipped - lost) - reserved.
create table sales_order_lines (
    tenant    uuid not null default current_setting('waybill.tenant')::uuid,
    sales_order text not null,
    line      integer not null check (line > 0),
    product   text not null,
    price     numeric not null check (price >= 0),
    ordered   numeric not null check (ordered > 0),
    cancelled numeric not null default 0 check (cancelled between 0 and ordered),
    reserved  numeric not null default 0 check (reserved >= 0),
    produced  numeric not null default 0 check (produced >= 0),
    purchased numeric not null default 0 check (purchased >= 0),
    shipped   numeric not null default 0 check (shipped >= 0),
    delivered numeric not null default 0 check (delivered between 0 and shipped),
    invoiced  numeric not null default 0 check (invoiced between 0 and shipped),
    returned  numeric not null default 0 check (returned >= 0),
    lost      numeric not null default 0 check (lost >= 0),
    credited  numeric not null default 0 check (credited between 0 and invoiced),
    primary key (tenant, sales_order, line),
    foreign key (tenant, sales_order) references sales_orders (tenant, number),
    check (returned + lost <= shipped),
    check (shipped - returned - lost <= ordered - cancelled)
) with (fillfactor = 70);
create index on sales_order_lines (tenant, product);
create index sales_order_lines_unbilled on sales_order_lines (tenant, sales_order) where shipped > invoiced;
select waybill_protect('sales_order_lines', 'select, insert, '
    'update (cancelled, reserved, produced, purchased, shipped, delivered, invoiced, returned, lost, credited)');

-- Version 1 is what the customer was promised first; it never changes.
create table sales_promises (
    tenant  uuid not null default current_setting('waybill.tenant')::uuid,
    sales_order text not null,
    line    integer not null,
    version integer not null check (version > 0),
    date    date not null,
    reason  text,
    at      timestamptz not null,
    primary key (tenant, sales_order, line, version),
    foreign key (tenant, sales_order, line) references sales_order_lines (tenant, sales_order, line)
);
select waybill_protect('sales_promises', 'select, insert');

-- +goose Down
drop table sales_promises, sales_order_lines, sales_orders, sales_quote_lines, sales_quotes;
drop sequence sales_order_numbers, sales_quote_numbers;
