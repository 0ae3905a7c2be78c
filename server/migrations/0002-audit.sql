-- The ledger: who did what to what. Rows are only ever added, in the transaction of what they record.
--
-- Writers do not wait for one another: an event is written with its digest and marked pending, and the keeper links
-- committed events into the chain a moment later. What is pending is covered by its digest until then.

create table audit_event (
  id              uuid primary key default gen_random_uuid(),
  at              timestamptz not null default clock_timestamp(),
  person_id       uuid,
  organisation_id uuid,
  roles           text[] not null,
  action          text not null,
  object_kind     text not null default '',
  object_id       uuid,
  object_name     text not null default '',
  owner_id        uuid,
  reason          text,
  details         jsonb not null default '{}',
  request_id      text not null default '',
  digest          bytea not null
);
create index on audit_event (owner_id, at desc);
create index on audit_event (object_id, at desc) where object_id is not null;

create table audit_pending (
  event_id uuid primary key references audit_event
);

create table audit_link (
  seq      bigint primary key,
  event_id uuid not null unique,
  digest   bytea not null,
  prev     bytea not null,
  hash     bytea not null
);

-- What was shown to the public as the end of the chain on a day. Others keep copies; see the file beside the data, too.
create table audit_head (
  day          date primary key,
  seq          bigint not null,
  hash         bytea not null,
  published_at timestamptz not null default now()
);

-- SHA-256 over every column but the digest, as the text of a JSON array: the same bytes on every machine.
create function audit_digest(e audit_event) returns bytea language sql stable as
$$
  select sha256(convert_to(jsonb_build_array(
    e.id, (extract(epoch from e.at) * 1000000)::bigint, e.person_id, e.organisation_id, to_jsonb(e.roles), e.action,
    e.object_kind, e.object_id, e.object_name, e.owner_id, e.reason, e.details, e.request_id)::text, 'utf8'))
$$;

create function audit_seal() returns trigger language plpgsql as
$$
begin
  new.id := gen_random_uuid();
  new.at := clock_timestamp();
  new.person_id := actor_person();
  new.organisation_id := actor_organisation();
  new.roles := actor_roles();
  new.digest := audit_digest(new);
  return new;
end
$$;
create trigger seal before insert on audit_event for each row execute function audit_seal();

create function audit_queue() returns trigger language plpgsql as
$$
begin
  insert into audit_pending values (new.id);
  return null;
end
$$;
create trigger queue after insert on audit_event for each row execute function audit_queue();

-- hash = SHA-256(prev ‖ digest ‖ seq); the first prev is 32 zero bytes.
create function audit_hash(prev bytea, digest bytea, seq bigint) returns bytea language sql immutable as
$$ select sha256(prev || digest || int8send(seq)) $$;

-- Links up to `most` committed events, oldest first, and returns how many. One at a time: a second caller finds nothing to do.
create function audit_link_pending(most integer) returns integer language plpgsql as
$$
declare
  pending record;
  last audit_link;
  linked integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('busbar audit chain')) then return 0; end if;
  select * into last from audit_link order by seq desc limit 1;
  last.seq := coalesce(last.seq, 0);
  last.hash := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
  for pending in
    select e.id, e.digest from audit_pending p join audit_event e on e.id = p.event_id order by e.at, e.id limit most
  loop
    last.prev := last.hash;
    last.seq := last.seq + 1;
    last.hash := audit_hash(last.prev, pending.digest, last.seq);
    insert into audit_link values (last.seq, pending.id, pending.digest, last.prev, last.hash);
    delete from audit_pending where event_id = pending.id;
    linked := linked + 1;
  end loop;
  return linked;
end
$$;

alter table audit_event enable row level security;
alter table audit_event force row level security;
create policy write on audit_event for insert to busbar_app with check (true);
-- Everybody sees what was done to the things of his organisation, and what he did himself. The lead sees all of it;
-- the administrator sees that something was done, and the service blanks what it was done to.
create policy read on audit_event for select to busbar_app using (
  ((select actor_reads_content()) and owner_id = (select actor_organisation()))
  or person_id = (select actor_person())
  or (select actor_has('LEAD', 'ADM')));
create policy keep on audit_event for select to busbar_keeper using (true);

alter table audit_pending enable row level security;
alter table audit_pending force row level security;
create policy queue on audit_pending for insert to busbar_app with check (true);
create policy keep on audit_pending to busbar_keeper using (true);

alter table audit_link enable row level security;
alter table audit_link force row level security;
create policy read on audit_link for select to busbar_app using (true);
create policy keep on audit_link to busbar_keeper using (true);

alter table audit_head enable row level security;
alter table audit_head force row level security;
create policy read on audit_head for select to busbar_app using (true);
create policy keep on audit_head to busbar_keeper using (true);

grant select, insert on audit_event to busbar_app;
grant insert on audit_pending to busbar_app;
grant select on audit_link, audit_head to busbar_app;
grant select on audit_event to busbar_keeper;
grant select, delete on audit_pending to busbar_keeper;
grant select, insert on audit_link, audit_head to busbar_keeper;
