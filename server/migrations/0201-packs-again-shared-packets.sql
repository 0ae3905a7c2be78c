-- A pack holds sources of kinds that only a newer program knows. Once this one is newer, the same pack is installed again for those.
alter table pack add column pass integer not null default 1;

-- Each time once, however many ask at the same moment.
drop index pack_owner_id_maker_id_number_idx;
create unique index on pack (owner_id, maker_id, number, pass) where installed_at is not null;

-- Packets that somebody shared of a capture are read by a consent of their own. Which they are is found out when their bundle is
-- opened: a share in it tells their hash. What came before is not known to be shared, and stays with its owner.
alter table bundle_file add column shared boolean not null default false;

alter table consent
  drop constraint consent_subject_check,
  add constraint consent_subject_check check (case subject_kind
    when 'plant' then owner_id <> reader_id and parts <@ array['devices', 'warnings', 'shares', 'packets']
      and 'devices' = any (parts) and ('shares' = any (parts) or not 'packets' = any (parts))
      and num_nonnulls(audience, label, attribution, sealed) = 0
    else num_nulls(audience, label, attribution, sealed) = 0 and purpose = '' and parts <> '{}' and cardinality(parts) <= 50
      and scope_allowed(label, audience) and person_id is null
  end);

drop policy read on bundle_file;
create policy read on bundle_file for select using (
  (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')))
  or (owner_id = (select actor_plant('shares')) and type = 'application/vnd.busbar.share+json')
  or (owner_id = (select actor_plant('packets')) and shared));
