-- +goose Up

-- What suppliers still owe: open, or in quarantine.
create view purchasing_expected with (security_invoker = true) as
select l.tenant, l.purchase_order, l.line, l.product, o.sent_at, o.confirmed,
       purchasing_open(l) + l.received - l.accepted - l.rejected as coming
from purchasing_order_lines l
join purchasing_orders o on o.tenant = l.tenant and o.number = l.purchase_order
where o.cancelled_at is null;
grant select on purchasing_expected to waybill_app;

-- What is still coming for a line of a sales order, or for the production order of one. A requisition
-- that nobody ordered yet is coming whole.
create view purchasing_pegs with (security_invoker = true) as
select r.tenant, r.number as requisition, r.product, r.sales_order, r.line, r.production_order,
       r.purchase_order, r.purchase_line, e.confirmed,
       case when r.purchase_order is null then r.wanted
            else greatest(0, least(r.wanted - r.used, coalesce(e.coming, 0))) end as coming
from purchasing_requisitions r
left join purchasing_expected e
    on e.tenant = r.tenant and e.purchase_order = r.purchase_order and e.line = r.purchase_line
where r.cancelled_at is null and r.sales_order is not null;
grant select on purchasing_pegs to waybill_app;

-- What production orders will still yield; wanted of it is for the line or the parent.
create view production_expected with (security_invoker = true) as
select o.tenant, o.number as production_order, o.product, o.sales_order, o.line, o.parent, o.released_at,
       coalesce((select max(s.day) from production_slots s
                 where s.tenant = o.tenant and s.production_order = o.number), o.needed) as day,
       o.quantity as coming,
       case when o.cancelled_at is null then o.wanted else 0 end as wanted
from production_orders o
where o.finished_at is null and o.stopped_at is null
  and (o.cancelled_at is null or o.issued_at is not null);
grant select on production_expected to waybill_app;

-- +goose Down
drop view production_expected, purchasing_pegs, purchasing_expected;
