-- Detections of others: a source lists them, and they count beside those that come with the program.
alter table peer drop constraint peer_kind_check;
alter table peer add constraint peer_kind_check
  check (kind in ('csaf-provider', 'csaf-aggregator', 'archive', 'cve', 'kev', 'epss', 'feed', 'detections'));

create table brought_detection (
  owner_id  uuid not null,
  peer_id   uuid not null,
  label     tlp not null,
  scope     scope not null,
  audience  uuid[] not null default '{}',
  code      text not null,
  version   integer not null,
  -- As docs/detections.schema.json has it.
  detection jsonb not null,
  check (scope_allowed(label, scope)),
  primary key (peer_id, code),
  foreign key (owner_id, peer_id) references peer (owner_id, id) on delete cascade
);

alter table brought_detection enable row level security;
alter table brought_detection force row level security;
create policy read on brought_detection for select using (
  scope = 'public' and label <= (select actor_ceiling()) or may_see(owner_id, label, scope, audience));
create policy change on brought_detection using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
grant select, insert, delete, update (label, scope) on brought_detection to busbar_app;
