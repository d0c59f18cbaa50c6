-- +goose Up

-- A product is known by its number; quantities everywhere are in its base unit.
create table stock_products (
    tenant        uuid not null default current_setting('waybill.tenant')::uuid,
    number        text not null,
    name          text not null,
    unit          text not null default 'EA',
    decimals      smallint not null default 0 check (decimals between 0 and 6),
    policy        text not null check (policy in ('make_to_stock', 'make_to_order', 'assemble_to_order', 'engineer_to_order')),
    source        text not null check (source in ('make', 'buy')),
    standard      boolean not null default true,
    serialised    boolean not null default false,
    sold          boolean not null default false,
    phantom       boolean not null default false,
    cost          numeric not null default 0 check (cost >= 0),
    list_price    numeric not null default 0 check (list_price >= 0),
    currency      char(3) not null,
    lead_days     integer not null default 0 check (lead_days >= 0),
    lot_minimum   numeric not null default 0 check (lot_minimum >= 0),
    lot_multiple  numeric not null default 0 check (lot_multiple >= 0),
    safety        numeric not null default 0 check (safety >= 0),
    reorder_point numeric check (reorder_point >= 0),
    maximum       numeric check (maximum >= reorder_point),
    primary key (tenant, number)
);
comment on column stock_products.decimals is 'digits that a quantity of the base unit may have: 0 for pieces';
comment on column stock_products.reorder_point is 'replenished when projected stock is at or below it; null: never';
select waybill_protect('stock_products');

-- The contended row of a product, locked in product order. Reserved is the sum of the hard
-- reservations, on_hand the sum of the movements.
create table stock_balances (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid,
    product  text not null,
    on_hand  numeric not null default 0 check (on_hand >= 0),
    reserved numeric not null default 0 check (reserved >= 0),
    primary key (tenant, product),
    foreign key (tenant, product) references stock_products (tenant, number),
    constraint stock_no_oversell check (reserved <= on_hand)
) with (fillfactor = 70);
select waybill_protect('stock_balances');

-- +goose StatementBegin
create function stock_open_balance() returns trigger language plpgsql as $$
begin
    insert into stock_balances (tenant, product) values (new.tenant, new.number);
    return null;
end $$;
-- +goose StatementEnd

create trigger stock_open_balance after insert on stock_products
    for each row execute function stock_open_balance();

-- Every change of stock. Rows are added and never change.
create table stock_movements (
    tenant   uuid not null default current_setting('waybill.tenant')::uuid,
    id       bigint generated always as identity,
    product  text not null,
    kind     text not null check (kind in ('opening', 'received', 'produced', 'consumed', 'shipped', 'returned')),
    quantity numeric not null check (quantity <> 0 or kind = 'opening'),
    document text not null,
    place    text,
    at       timestamptz not null,
    primary key (tenant, id),
    foreign key (tenant, product) references stock_balances (tenant, product),
    check (kind not in ('opening', 'received', 'produced', 'returned') or quantity >= 0),
    check (kind <> 'shipped' or quantity < 0)
);
comment on column stock_movements.quantity is 'signed: what it adds to on_hand. Consumed is negative; positive where components come back';
comment on column stock_movements.place is 'shelf and bin of an opening quantity';
create index stock_movements_product on stock_movements (tenant, product);
create index stock_movements_document on stock_movements (tenant, document);
create unique index stock_movements_opening on stock_movements (tenant, product, place) nulls not distinct where kind = 'opening';
select waybill_protect('stock_movements', 'select, insert');

-- What is kept for whom: hard for a line of a sales order or a production order, soft for a quote.
create table stock_reservations (
    tenant           uuid not null default current_setting('waybill.tenant')::uuid,
    id               bigint generated always as identity,
    product          text not null,
    quantity         numeric not null check (quantity > 0),
    sales_order      text,
    production_order text,
    quote            text,
    line             integer,
    expires_at       timestamptz,
    primary key (tenant, id),
    foreign key (tenant, product) references stock_balances (tenant, product),
    check (num_nonnulls(sales_order, production_order, quote) = 1),
    check ((line is null) = (production_order is not null)),
    check ((expires_at is null) = (quote is null))
);
create unique index stock_reservations_order on stock_reservations (tenant, sales_order, line) where sales_order is not null;
create unique index stock_reservations_production on stock_reservations (tenant, production_order, product) where production_order is not null;
create unique index stock_reservations_quote on stock_reservations (tenant, quote, line) where quote is not null;
create index stock_reservations_soft on stock_reservations (tenant, product) where quote is not null;
select waybill_protect('stock_reservations');

-- How an order stands with stock since it last asked or let go: what comes free goes to those that wait,
-- and one that has released gets nothing any more, not even what was made or bought for it.
create table stock_orders (
    tenant      uuid not null default current_setting('waybill.tenant')::uuid,
    sales_order text not null,
    state       text not null check (state in ('waiting', 'served', 'released')),
    primary key (tenant, sales_order)
);
create index stock_orders_waiting on stock_orders (tenant, sales_order) where state = 'waiting';
select waybill_protect('stock_orders');

-- A piece of a serialised product, from its goods issue on.
create table stock_serials (
    tenant       uuid not null default current_setting('waybill.tenant')::uuid,
    serial       text not null,
    product      text not null,
    sales_order  text not null,
    line         integer not null,
    shipment     text not null,
    delivered_on date,
    primary key (tenant, serial),
    foreign key (tenant, product) references stock_products (tenant, number)
);
create index stock_serials_order on stock_serials (tenant, sales_order);
create index stock_serials_shipment on stock_serials (tenant, shipment);
select waybill_protect('stock_serials');

-- +goose Down
drop table stock_serials, stock_orders, stock_reservations, stock_movements, stock_balances, stock_products;
drop function stock_open_balance;
