-- +goose Up

-- When a product is made for itself, as a part of nothing: the rows of a bill of materials that have
-- no assembly. From valid_from to before valid_to.
create table production_finals (
    tenant     uuid not null default current_setting('waybill.tenant')::uuid,
    product    text not null,
    valid_from date not null,
    valid_to   date,
    primary key (tenant, product, valid_from),
    foreign key (tenant, product) references stock_products (tenant, number),
    check (valid_to > valid_from)
);
select waybill_protect('production_finals');

-- +goose Down
drop table production_finals;
