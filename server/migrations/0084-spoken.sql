-- Whether a source or the CERT still says anything of a vulnerability: what nobody speaks of has a page and stands in no
-- list. A column, since a list of a hundred thousand must not ask it of each.
alter table vulnerability add column spoken boolean not null default true;
grant update (spoken) on vulnerability to busbar_app;
