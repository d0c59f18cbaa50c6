-- +goose Up

create sequence production_order_numbers;
grant usage on sequence production_order_numbers to waybill_app;

-- One row is one component of a product while it is in force: from valid_from to before valid_to.
create table production_bills (
    tenant        uuid not null default current_setting('waybill.tenant')::uuid,
    product       text not null,
    component     text not null,
    valid_from    date not null,
    valid_to      date,
    quantity      numeric not null check (quantity > 0),
    unit          text not null,
    unit_factor   numeric not null default 1 check (unit_factor > 0),
    scrap_percent numeric not null default 0 check (scrap_percent >= 0 and scrap_percent < 100),
    primary key (tenant, product, component, valid_from),
    foreign key (tenant, product) references stock_products (tenant, number),
    foreign key (tenant, component) references stock_products (tenant, number),
    check (valid_to > valid_from),
    check (component <> product)
);
comment on column production_bills.quantity is 'of the component, in unit, for one base unit of the product';
comment on column production_bills.unit_factor is 'base units of the component in one unit of the bill';
create index production_bills_component on production_bills (tenant, component);
select waybill_protect('production_bills');

-- Work centres of one pool stand in for each other.
create table production_work_centers (
    tenant           uuid not null default current_setting('waybill.tenant')::uuid,
    number           text not null,
    name             text not null,
    pool             text not null,
    minutes_a_day    numeric not null check (minutes_a_day >= 0),
    overtime_minutes numeric not null default 0 check (overtime_minutes >= 0),
    primary key (tenant, number)
);
select waybill_protect('production_work_centers');

create table production_routings (
    tenant        uuid not null default current_setting('waybill.tenant')::uuid,
    product       text not null,
    operation     integer not null check (operation > 0),
    name          text not null,
    work_center   text not null,
    setup_minutes numeric not null default 0 check (setup_minutes >= 0),
    minutes       numeric not null check (minutes >= 0),
    primary key (tenant, product, operation),
    foreign key (tenant, product) references stock_products (tenant, number),
    foreign key (tenant, work_center) references production_work_centers (tenant, number)
);
comment on column production_routings.minutes is 'for one base unit; setup_minutes once for the lot';
select waybill_protect('production_routings');

create table production_orders (
    tenant       uuid not null default current_setting('waybill.tenant')::uuid,
    number       text not null default 'MO-' || lpad(nextval('production_order_numbers')::text, 6, '0'),
    sales_order  text not null,
    line         integer not null,
    parent       text,
    product      text not null,
    quantity     numeric not null check (quantity > 0),
    wanted       numeric not null check (wanted > 0 and wanted <= quantity),
    needed       date not null,
    start        date not null,
    drafted_at   timestamptz not null,
    exploded_at  timestamptz,
    released_at  timestamptz,
    issued_at    timestamptz,
    finished_at  timestamptz,
    stopped_at   timestamptz,
    cancelled_at timestamptz,
    reason       text,
    good         numeric not null default 0 check (good >= 0),
    scrap        numeric not null default 0 check (scrap >= 0),
    cost         numeric not null default 0,
    written_off  numeric not null default 0,
    primary key (tenant, number),
    foreign key (tenant, product) references stock_products (tenant, number),
    foreign key (tenant, parent) references production_orders (tenant, number),
    check (start <= needed),
    check (finished_at is null or stopped_at is null)
);
comment on column production_orders.quantity is 'wanted, after the lot rule';
comment on column production_orders.cancelled_at is 'nobody waits for it any more; with components issued it goes on for free stock';
comment on column production_orders.good is 'booked into stock, set when finished';
comment on column production_orders.cost is 'of the components issued and not returned';
create index production_orders_order on production_orders (tenant, sales_order, line);
create index production_orders_parent on production_orders (tenant, parent) where parent is not null;
create index production_orders_product on production_orders (tenant, product) where finished_at is null;
select waybill_protect('production_orders');

create table production_components (
    tenant           uuid not null default current_setting('waybill.tenant')::uuid,
    production_order text not null,
    product          text not null,
    quantity         numeric not null check (quantity > 0),
    issued           numeric not null default 0 check (issued >= 0),
    returned         numeric not null default 0 check (returned >= 0),
    primary key (tenant, production_order, product),
    foreign key (tenant, production_order) references production_orders (tenant, number),
    foreign key (tenant, product) references stock_products (tenant, number),
    check (issued <= quantity),
    check (returned <= issued)
);
create index production_components_product on production_components (tenant, product);
select waybill_protect('production_components');

create table production_reports (
    tenant           uuid not null default current_setting('waybill.tenant')::uuid,
    id               bigint generated always as identity,
    production_order text not null,
    operation        integer not null,
    good             numeric not null check (good >= 0),
    scrap            numeric not null check (scrap >= 0),
    by               text not null,
    at               timestamptz not null,
    primary key (tenant, id),
    foreign key (tenant, production_order) references production_orders (tenant, number)
);
create index production_reports_order on production_reports (tenant, production_order, operation);
select waybill_protect('production_reports');

-- The capacity that a production order takes, a row a day; written under the lock of the work centre.
create table production_slots (
    tenant           uuid not null default current_setting('waybill.tenant')::uuid,
    production_order text not null,
    day              date not null,
    work_center      text not null,
    minutes          numeric not null check (minutes >= 0),
    overtime         boolean not null,
    primary key (tenant, production_order, day),
    foreign key (tenant, production_order) references production_orders (tenant, number),
    foreign key (tenant, work_center) references production_work_centers (tenant, number)
);
create index production_slots_load on production_slots (tenant, work_center, day);
select waybill_protect('production_slots');

-- +goose Down
drop table production_slots, production_reports, production_components, production_orders, production_routings, production_work_centers, production_bills;
drop sequence production_order_numbers;
