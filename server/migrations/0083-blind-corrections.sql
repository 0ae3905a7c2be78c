-- Which claim somebody holds for a mistake says which value he does not stand for. It belongs to his answer, which is
-- hidden until a second person has answered; until now it stood beside it, for everybody to see.

alter table verdict_first add column corrects_id uuid;
alter table verdict_first add foreign key (owner_id, corrects_id) references claim (owner_id, id);

-- An owner that is no superuser sees no rows below forced policies.
alter table verdict no force row level security;
alter table verdict_first no force row level security;
update verdict_first f set corrects_id = v.corrects_id from verdict v where v.id = f.verdict_id and v.corrects_id is not null;
alter table verdict force row level security;
alter table verdict_first force row level security;

alter table verdict drop column corrects_id;
