-- What another CERT stands for: a pack brings it as a list, and what is on the list no more is said no more.
alter table peer drop constraint peer_kind_check;
alter table peer add constraint peer_kind_check
  check (kind in ('csaf-provider', 'csaf-aggregator', 'archive', 'cve', 'kev', 'epss', 'feed', 'detections', 'claims'));
grant delete on source_item to busbar_app;
