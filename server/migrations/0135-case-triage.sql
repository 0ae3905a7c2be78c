-- What triage finds out, and cases that are one: three reporters of one incident keep their three threads, each open to
-- its own reporter alone, and the team works in one case.

alter table "case"
  add column spread       text not null default 'unknown' check (spread in ('device', 'zone', 'site', 'sites', 'unknown')),
  add column rsit         text not null default 'other' check (rsit in (
    'abusive-content', 'malicious-code', 'information-gathering', 'intrusion-attempts', 'intrusions', 'availability',
    'information-content-security', 'fraud', 'vulnerable', 'other', 'test')),
  add column root_cause   text check (root_cause in (
    'remoteAccess', 'exposedService', 'phishing', 'removableMedia', 'supplyChain', 'credentials', 'misconfiguration',
    'operatorError', 'deviceFault', 'noIncident', 'undetermined')),
  add column duplicate_of uuid references "case",
  -- Where the case stands that this one is part of: its reporter reads that, and nothing else of it.
  add column main_state   text,
  add check (duplicate_of is null or state = 'duplicate' and duplicate_of <> id);
create index on "case" (duplicate_of) where duplicate_of is not null;

-- One level only, and between cases that are both open to whoever says so.
create function case_is_part() returns trigger language plpgsql as $$
begin
  if new.state = 'duplicate' and old.state <> 'duplicate' and new.duplicate_of is null
    or new.duplicate_of is not null and new.duplicate_of is distinct from old.duplicate_of and (
      not exists (select from "case" c where c.id = new.duplicate_of and opens(c) and c.duplicate_of is null)
      or exists (select from "case" c where c.duplicate_of = new.id)) then
    raise exception 'case is no part of that' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger is_part before update of state, duplicate_of on "case" for each row execute function case_is_part();

grant update (impact, spread, rsit, root_cause, duplicate_of, main_state) on "case" to busbar_app;

-- By what cases resemble one another: addresses, hashes, order numbers, vendors, words, each as a keyed hash. The key is
-- the program's: whoever reads this table learns which cases share something, and not what. Only the program reads it.
create table case_feature (
  case_id uuid not null references "case",
  kind    text not null check (kind in ('address', 'file', 'name', 'vulnerability', 'order', 'vendor', 'word')),
  hash    bytea not null check (length(hash) = 16),
  primary key (case_id, hash)
);
create index on case_feature (hash, case_id);

alter table case_feature enable row level security;
alter table case_feature force row level security;
create policy program on case_feature using ((select actor_is_founder()));

grant select, insert, delete on case_feature to busbar_app;
