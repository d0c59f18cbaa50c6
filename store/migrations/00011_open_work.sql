-- +goose Up
-- What somebody has claimed is offered to nobody: offers that stayed kept what is behind them from a page.
-- Not forced meanwhile: whoever migrates owns the tables, and sees the rows of every tenant then.
alter table task_offers no force row level security;
alter table tasks no force row level security;
delete from task_offers o using tasks t where t.id = o.task and t.assignee is not null;
alter table task_offers force row level security;
alter table tasks force row level security;

-- What the relay looks for again and again, and people by its key, among all that is over.
create index instances_undoing on instances (tenant, id) where status = 'undoing';
create index instances_key on instances (tenant, business_key, id) where business_key is not null;
create index children_awaited on children (tenant, instance) where reported is null and not detached;
create index messages_over on messages (tenant, keep_till) where instance is null and unclaimed is null;

-- What was is never taken away: instances and what belongs to their story, and what was set.
revoke delete on instances, tasks, incidents, children, settings, schedules, people, api_tokens from waybill_app;

-- +goose Down
grant delete on instances, tasks, incidents, children, settings, schedules, people, api_tokens to waybill_app;
drop index messages_over, children_awaited, instances_key, instances_undoing;
