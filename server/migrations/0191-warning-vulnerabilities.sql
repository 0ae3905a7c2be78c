-- What an advisory says of a device for each of its vulnerabilities: which are affected, which are fixed, and by which path.

-- A warning that was there before has none until its plant is compared anew, which the newer rules of matching ask for.
alter table match add vulnerabilities jsonb not null default '[]';
comment on column match.vulnerabilities is 'Those with the same answer together, the gravest first: state, certainty, entry, reasons, what to look up.';
