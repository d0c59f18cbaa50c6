-- +goose Up
-- What happened, appended by turns. hash covers the one before and the stored bytes of the row; data is
-- json and not jsonb so that these bytes stay as they were written. The partitions follow the time in
-- the instance's UUIDv7, so a chain lies in one partition.
create table history (
    tenant    uuid not null default current_setting('waybill.tenant')::uuid,
    instance  uuid not null,
    seq       bigint not null check (seq > 0),
    turn      bigint not null,
    at        timestamptz not null,
    by        text not null,
    on_behalf text not null,
    step      text not null,
    wait      bigint not null,
    what      text not null,
    data      json not null,
    xid       xid8 not null default pg_current_xact_id(),
    hash      bytea not null check (octet_length(hash) = 32),
    primary key (instance, seq)
) partition by range (instance);
create table history_default partition of history default;
select waybill_protect('history', 'select, insert');

-- waybill_history_month adds the partition for instances started in the month of day, unless it is there.
-- +goose StatementBegin
create function waybill_history_month(day timestamptz) returns void language plpgsql as $$
declare
    first  timestamptz := date_trunc('month', day at time zone 'UTC') at time zone 'UTC';
    after  timestamptz := (date_trunc('month', day at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    part   text := 'history_' || to_char(first at time zone 'UTC', 'YYYY_MM');
    bound  text := '00000000000000000000';
begin
    if to_regclass(part) is null then
        execute format('create table %I partition of history for values from (%L) to (%L)', part,
            lpad(to_hex((extract(epoch from first) * 1000)::bigint), 12, '0') || bound,
            lpad(to_hex((extract(epoch from after) * 1000)::bigint), 12, '0') || bound);
    end if;
exception
    when check_violation then null; -- rows of that month stand in the default partition already, and stay there
end $$;
-- +goose StatementEnd

-- +goose Down
drop table history;
drop function waybill_history_month;
