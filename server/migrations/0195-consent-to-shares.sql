-- What a member shared of captures comes to the CERT in bundles, and lies in the member's plant: analysts read it by consent
-- to just that. Who consented before consented to devices and warnings, and to nothing else.

alter table consent
  drop constraint consent_subject_check,
  add constraint consent_subject_check check (case subject_kind
    when 'plant' then owner_id <> reader_id and parts <@ array['devices', 'warnings', 'shares'] and 'devices' = any (parts)
      and num_nonnulls(audience, label, attribution, sealed) = 0
    else num_nulls(audience, label, attribution, sealed) = 0 and purpose = '' and parts <> '{}' and cardinality(parts) <= 50
      and scope_allowed(label, audience) and person_id is null
  end);

-- Of a bundle, only what was ticked to be shared; reports, packets and other files in it stay with the member.
drop policy own on bundle_file;
create policy read on bundle_file for select using (
  (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')))
  or (owner_id = (select actor_plant('shares')) and type = 'application/vnd.busbar.share+json'));
create policy add on bundle_file for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));
create policy change on bundle_file for update using (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));
create policy remove on bundle_file for delete using (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

drop policy own on bundle;
create policy read on bundle for select using (
  (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')))
  or (owner_id = (select actor_plant('shares')) and exists (
    select from bundle_file f where f.bundle_id = bundle.id and f.type = 'application/vnd.busbar.share+json')));
create policy add on bundle for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));
create policy change on bundle for update using (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));
create policy remove on bundle for delete using (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));
