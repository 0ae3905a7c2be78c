-- A report in three languages: what people wrote in one is translated beside it, piece by piece, and never replaced. A
-- translation says of which words it is; where the original has others by now, it is stale. It goes with the case, so that
-- the next version of the report begins with it.
create table report_translation (
  id         uuid primary key default gen_random_uuid(),
  case_id    uuid not null references "case",
  piece      text not null check (piece in ('title', 'section', 'fact', 'recommendation')),
  -- Of the section, fact or recommendation; 0 for the title.
  number     integer not null check (number between 0 and 9999 and (piece = 'title') = (number = 0)),
  language   text not null check (language in ('en', 'ru', 'zh')),
  -- {heading, text, note, from}
  sealed     bytea not null check (length(sealed) > 28),
  revision   integer not null default 1,
  -- Of the report, when it was translated.
  version    integer not null check (version between 1 and 9999),
  -- Everybody who wrote in it, last the one whose words they are: none of them checks the report.
  authors    uuid[] not null check (authors <> '{}' and array_position(authors, null) is null),
  names      text[] not null check (cardinality(names) = cardinality(authors)),
  at         timestamptz not null default clock_timestamp(),
  unique (case_id, piece, number, language)
);

create function report_translation_stays() returns trigger language plpgsql as $$
begin
  if (new.id, new.case_id, new.piece, new.number, new.language)
      is distinct from (old.id, old.case_id, old.piece, old.number, old.language)
    or new.revision <> old.revision + 1
    or not old.authors <@ new.authors or not new.authors <@ (old.authors || actor_person())
    or not coalesce(actor_person() = any (new.authors), false) then
    raise exception 'translation is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;
create trigger stays before update on report_translation for each row execute function report_translation_stays();

alter table report_translation enable row level security;
alter table report_translation force row level security;
create policy read on report_translation for select using ((select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy add on report_translation for insert with check ((select actor_has('ANA', 'LEAD'))
  and authors = array[(select actor_person())]
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy change on report_translation for update using ((select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy remove on report_translation for delete using ((select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));
grant select, insert, delete, update (sealed, revision, version, authors, names, at) on report_translation to busbar_app;

create trigger beats_insert after insert on report_translation referencing new table as changed
  for each statement execute function case_beats('case_id', 'true');
create trigger beats_update after update on report_translation referencing new table as changed
  for each statement execute function case_beats('case_id', 'true');
create trigger beats_delete after delete on report_translation referencing old table as changed
  for each statement execute function case_beats('case_id', 'true');
