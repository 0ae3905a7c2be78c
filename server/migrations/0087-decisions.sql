-- How urgent a warning is (SSVC, deployer's patch application priority), and who does what about it until when.

-- A warning that was there before has no decision until its plant is compared anew.
alter table match
  add urgency text not null default 'scheduled' check (urgency in ('immediate', 'out-of-cycle', 'scheduled', 'defer')),
  -- Each input with its value, and what it came from in a sentence.
  add decision jsonb,
  -- By which vulnerabilities of the advisory; none where it gives them no CVE.
  add cves text[] not null default '{}',
  add due date,
  add assignee_id uuid references person,
  add second_contact_id uuid references person;
create index on match (owner_id, due) where due is not null;
comment on column match.rank is 'The most urgent first, of these the most certain, of these the highest score.';
