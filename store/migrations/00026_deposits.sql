-- +goose Up
-- What was refunded of a deposit is not deducted as well. Rows of before are not looked at.
alter table billing_invoices add constraint billing_invoices_used_once check (used + refunded <= paid) not valid;

-- +goose Down
alter table billing_invoices drop constraint billing_invoices_used_once;
