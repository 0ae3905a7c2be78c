-- How far people say that a device is remedied of single vulnerabilities of an advisory, by CVE or else by title (CSAF 2.1,
-- section 9.1.13); of those that are not in it the state of the warning tells.

alter table match add remediation jsonb not null default '{}';
