-- +goose Up

create sequence shipping_shipment_numbers;
create sequence shipping_tracking_numbers;
create sequence shipping_claim_numbers;
grant usage on sequence shipping_shipment_numbers, shipping_tracking_numbers, shipping_claim_numbers to waybill_app;

create table shipping_shipments (
    tenant        uuid not null default current_setting('waybill.tenant')::uuid,
    number        text not null default 'SH-' || lpad(nextval('shipping_shipment_numbers')::text, 6, '0'),
    sales_order   text not null,
    release_at    timestamptz not null,
    carrier       text,
    tracking      text,
    packages      integer check (packages > 0),
    weight        numeric check (weight > 0),
    planned_at    timestamptz not null,
    issued_at     timestamptz,
    issued_by     text,
    delivered_at  timestamptz,
    signed_by     text,
    cancelled_at  timestamptz,
    taken_back_at timestamptz,
    claim         text,
    claimed_at    timestamptz,
    claim_reason  text,
    primary key (tenant, number),
    check ((carrier is null) = (tracking is null)),
    check (issued_at is null or cancelled_at is null),
    check (delivered_at is null or issued_at is not null),
    check (taken_back_at is null or issued_at is not null),
    check (claimed_at is null or issued_at is not null),
    check ((claim is null) = (claimed_at is null))
);
create index shipping_shipments_order on shipping_shipments (tenant, sales_order);
select waybill_protect('shipping_shipments');

create table shipping_shipment_lines (
    tenant     uuid not null default current_setting('waybill.tenant')::uuid,
    shipment   text not null,
    line       integer not null,
    product    text not null,
    quantity   numeric not null check (quantity >= 0),
    taken_back numeric not null default 0 check (taken_back >= 0),
    primary key (tenant, shipment, line),
    foreign key (tenant, shipment) references shipping_shipments (tenant, number),
    foreign key (tenant, product) references stock_products (tenant, number),
    check (taken_back <= quantity)
);
comment on column shipping_shipment_lines.quantity is 'planned; once issued, what left';
select waybill_protect('shipping_shipment_lines');

-- +goose Down
drop table shipping_shipment_lines, shipping_shipments;
drop sequence shipping_shipment_numbers, shipping_tracking_numbers, shipping_claim_numbers;
