-- +goose Up
-- What a line still needs, and what a customer still owes, among all that is delivered and paid.
create index sales_order_lines_short on sales_order_lines (tenant, product)
    where ordered - cancelled - shipped + lost - reserved > 0;
drop index sales_order_lines_tenant_product_idx;
create index billing_invoices_unsettled on billing_invoices (tenant, customer) where open <> 0 or kind = 'deposit';

-- +goose Down
drop index billing_invoices_unsettled;
create index on sales_order_lines (tenant, product);
drop index sales_order_lines_short;
