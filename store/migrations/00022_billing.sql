-- +goose Up
-- Invoices, payments and credit. A posted document does not change: the application's role may update
-- only its counters, and delete nothing. Amounts are in the currency of the document.

-- A number series without gaps: its row is locked by the transaction that posts, and rolls back with it.
create table billing_series (
    tenant uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    name   text not null check (name in ('invoice', 'credit_note')),
    next   bigint not null check (next > 0),
    last   date not null, -- the date of the last document; no later one is dated before it
    primary key (tenant, name)
) with (fillfactor = 50);
select waybill_protect('billing_series', 'select, insert, update');

create table billing_invoices (
    tenant        uuid not null default current_setting('waybill.tenant')::uuid,
    number        text not null check (number <> ''),
    serial        bigint not null check (serial > 0), -- its place in the series
    kind          text not null check (kind in ('goods', 'deposit', 'charge')),
    sales_order     text not null,
    shipment      text,
    customer      text not null,
    request       text, -- the idempotency key of the step that asked for it
    reason        text,
    currency      char(3) not null,
    net           numeric not null check (net >= 0), -- the sum of its lines, freight among them
    freight       numeric not null default 0,
    tax_amount    numeric not null default 0 check (tax_amount >= 0),
    deposit       numeric not null default 0,        -- what was paid before and is deducted here
    total         numeric not null,                  -- what is to be paid
    issued        date not null,
    due           date not null check (due >= issued),
    posted_at     timestamptz not null,
    -- counters
    paid          numeric not null default 0 check (paid >= 0),
    refunded      numeric not null default 0 check (refunded >= 0),
    credited      numeric not null default 0,
    deposit_back  numeric not null default 0, -- deducted here, and free again since this was credited
    used          numeric not null default 0, -- of a deposit: deducted from other invoices so far
    interest      numeric not null default 0 check (interest >= 0),
    disputed      numeric not null default 0 check (disputed >= 0),
    written_off   numeric not null default 0 check (written_off >= 0),
    dunning_level integer not null default 0 check (dunning_level >= 0),
    -- what the customer still owes; less than nothing where he has paid too much
    open          numeric generated always as
        (net + tax_amount - deposit + deposit_back - credited + interest - written_off - paid + refunded) stored,
    primary key (tenant, number),
    unique (tenant, serial),
    unique (tenant, shipment),
    unique (tenant, request),
    foreign key (tenant, sales_order) references sales_orders (tenant, number),
    foreign key (tenant, customer) references crm_customers (tenant, number),
    check ((kind = 'goods') = (shipment is not null)),
    check (freight between 0 and net),
    check (deposit between 0 and net + tax_amount),
    check (total = net + tax_amount - deposit),
    check (credited between 0 and net + tax_amount),
    check (used between 0 and paid and (used = 0 or kind = 'deposit')),
    check (deposit_back between 0 and deposit),
    check (refunded <= paid)
) with (fillfactor = 70);
create index on billing_invoices (tenant, sales_order);
create index on billing_invoices (tenant, customer, due);
select waybill_protect('billing_invoices', 'select, insert, '
    'update (paid, refunded, credited, deposit_back, used, interest, disputed, written_off, dunning_level)');

-- The lines of goods have the number of the order's line; freight is line 0.
create table billing_invoice_lines (
    tenant            uuid not null default current_setting('waybill.tenant')::uuid,
    invoice           text not null,
    line              integer not null check (line >= 0),
    product           text,
    quantity          numeric not null check (quantity > 0),
    amount            numeric not null check (amount >= 0),
    credited_quantity numeric not null default 0 check (credited_quantity between 0 and quantity),
    credited_amount   numeric not null default 0 check (credited_amount between 0 and amount),
    disputed          boolean not null default false,
    dispute_reason    text,
    primary key (tenant, invoice, line),
    foreign key (tenant, invoice) references billing_invoices (tenant, number)
);
select waybill_protect('billing_invoice_lines', 'select, insert, '
    'update (credited_quantity, credited_amount, disputed, dispute_reason)');

create table billing_credit_notes (
    tenant     uuid not null default current_setting('waybill.tenant')::uuid,
    number     text not null check (number <> ''),
    serial     bigint not null check (serial > 0),
    invoice    text not null,
    currency   char(3) not null,
    net        numeric not null check (net >= 0),
    tax_amount numeric not null check (tax_amount >= 0),
    amount     numeric not null,
    reason     text,
    issued     date not null,
    at         timestamptz not null,
    primary key (tenant, number),
    unique (tenant, serial),
    foreign key (tenant, invoice) references billing_invoices (tenant, number),
    check (amount = net + tax_amount)
);
create index on billing_credit_notes (tenant, invoice, serial);
select waybill_protect('billing_credit_notes', 'select, insert');

create table billing_credit_note_lines (
    tenant      uuid not null default current_setting('waybill.tenant')::uuid,
    credit_note text not null,
    line        integer not null check (line >= 0),
    quantity    numeric not null check (quantity >= 0),
    amount      numeric not null check (amount >= 0),
    primary key (tenant, credit_note, line),
    foreign key (tenant, credit_note) references billing_credit_notes (tenant, number)
);
select waybill_protect('billing_credit_note_lines', 'select, insert');

create table billing_payments (
    tenant    uuid not null default current_setting('waybill.tenant')::uuid,
    reference text not null check (reference <> ''),
    invoice   text not null,
    currency  char(3) not null,
    amount    numeric not null check (amount > 0),
    refunded  numeric not null default 0 check (refunded between 0 and amount),
    at        timestamptz not null,
    primary key (tenant, reference),
    foreign key (tenant, invoice) references billing_invoices (tenant, number)
);
create index on billing_payments (tenant, invoice);
select waybill_protect('billing_payments', 'select, insert, update (refunded)');

-- Money that goes back the way it came.
create table billing_refunds (
    tenant  uuid not null default current_setting('waybill.tenant')::uuid,
    id      bigint generated always as identity,
    invoice text not null,
    payment text not null,
    amount  numeric not null check (amount > 0),
    at      timestamptz not null,
    primary key (tenant, id),
    foreign key (tenant, invoice) references billing_invoices (tenant, number),
    foreign key (tenant, payment) references billing_payments (tenant, reference)
);
create index on billing_refunds (tenant, invoice);
select waybill_protect('billing_refunds', 'select, insert');

-- Credit given to an order; what is invoiced of it has become a receivable.
create table billing_commitments (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid,
    sales_order text not null,
    customer text not null,
    amount   numeric not null check (amount >= 0),
    invoiced numeric not null default 0 check (invoiced between 0 and amount),
    at       timestamptz not null,
    primary key (tenant, sales_order),
    foreign key (tenant, customer) references crm_customers (tenant, number)
) with (fillfactor = 70);
create index on billing_commitments (tenant, customer);
select waybill_protect('billing_commitments');

create table billing_reminders (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid,
    invoice  text not null,
    level    integer not null check (level > 0),
    open     numeric not null,
    days     integer not null check (days >= 0), -- that interest was charged for
    percent  numeric not null check (percent >= 0),
    interest numeric not null check (interest >= 0),
    on_date  date not null,
    at       timestamptz not null,
    primary key (tenant, invoice, level),
    foreign key (tenant, invoice) references billing_invoices (tenant, number)
);
select waybill_protect('billing_reminders', 'select, insert');

create table billing_write_offs (
    tenant  uuid not null default current_setting('waybill.tenant')::uuid,
    id      bigint generated always as identity,
    invoice text not null,
    amount  numeric not null check (amount > 0),
    reason  text not null,
    by      text,
    at      timestamptz not null,
    primary key (tenant, id),
    foreign key (tenant, invoice) references billing_invoices (tenant, number)
);
create index on billing_write_offs (tenant, invoice);
select waybill_protect('billing_write_offs', 'select, insert');

-- +goose Down
drop table billing_write_offs, billing_reminders, billing_commitments, billing_refunds, billing_payments,
    billing_credit_note_lines, billing_credit_notes, billing_invoice_lines, billing_invoices, billing_series;
