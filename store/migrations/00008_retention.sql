-- +goose Up
-- What is found by age when it is deleted, and by what it refers to.
create index idempotency_keys_inbox on idempotency_keys (inbox);
create index messages_reported on messages (tenant, unclaimed) where unclaimed is not null;

-- +goose Down
drop index idempotency_keys_inbox, messages_reported;
