-- +goose Up
alter table inbox drop constraint inbox_kind_check;
alter table inbox add constraint inbox_kind_check check (kind in ('start', 'claim', 'release', 'complete', 'message', 'answer',
    'failure', 'child_ended', 'acquired', 'retry', 'skip', 'change', 'pause', 'resume', 'cancel', 'undo',
    'migrate', 'move', 'repeat', 'leave_out'));

-- A proposal is a pack that becomes a revision once a second person has approved it.
create table proposals (
    tenant      uuid not null default current_setting('waybill.tenant')::uuid references tenants,
    id          uuid primary key,
    pack        text not null check (pack <> ''),
    base        integer not null check (base >= 0), -- the newest revision when it was proposed; 0: none
    hash        text not null check (hash like 'sha256:%'),
    files       bytea not null,
    by          text not null check (by <> ''),
    proposed    timestamptz not null default clock_timestamp(),
    state       text not null default 'proposed' check (state in ('proposed', 'active', 'rejected')),
    decided_by  text check (decided_by <> by),
    decided     timestamptz,
    reason      text not null default '',
    number      integer, -- the revision that it became
    check ((state = 'proposed') = (decided_by is null)),
    check ((decided_by is null) = (decided is null)),
    check ((state = 'active') = (number is not null)),
    foreign key (tenant, pack, number) references revisions (tenant, pack, number)
);
alter table proposals alter column files set storage external; -- packed already
create index proposals_list on proposals (tenant, id);
select waybill_protect('proposals', 'select, insert, update');

-- Who approved a revision that was proposed first; '' where nobody had to.
alter table revisions add column approved_by text not null default '' check (approved_by = '' or approved_by <> by);

-- +goose Down
alter table revisions drop column approved_by;
drop table proposals;
delete from idempotency_keys where inbox in (select id from inbox where kind in ('migrate', 'move', 'repeat', 'leave_out'));
delete from inbox where kind in ('migrate', 'move', 'repeat', 'leave_out');
alter table inbox drop constraint inbox_kind_check;
alter table inbox add constraint inbox_kind_check check (kind in ('start', 'claim', 'release', 'complete', 'message', 'answer',
    'failure', 'child_ended', 'acquired', 'retry', 'skip', 'change', 'pause', 'resume', 'cancel', 'undo'));
