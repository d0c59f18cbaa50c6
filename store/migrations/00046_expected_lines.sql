-- +goose Up
-- The lines that suppliers still owe, among all that have come.
create index purchasing_order_lines_coming on purchasing_order_lines (tenant, product)
    where ordered - cancelled - received + rejected - debited > 0 or received > accepted + rejected;
drop index purchasing_order_lines_product;

create or replace view purchasing_expected with (security_invoker = true) as
select l.tenant, l.purchase_order, l.line, l.product, o.sent_at, o.confirmed,
       purchasing_open(l) + l.received - l.accepted - l.rejected as coming
from purchasing_order_lines l
join purchasing_orders o on o.tenant = l.tenant and o.number = l.purchase_order
where o.cancelled_at is null
  and (l.ordered - l.cancelled - l.received + l.rejected - l.debited > 0 or l.received > l.accepted + l.rejected);

-- +goose Down
create or replace view purchasing_expected with (security_invoker = true) as
select l.tenant, l.purchase_order, l.line, l.product, o.sent_at, o.confirmed,
       purchasing_open(l) + l.received - l.accepted - l.rejected as coming
from purchasing_order_lines l
join purchasing_orders o on o.tenant = l.tenant and o.number = l.purchase_order
where o.cancelled_at is null;
create index purchasing_order_lines_product on purchasing_order_lines (tenant, product);
drop index purchasing_order_lines_coming;
