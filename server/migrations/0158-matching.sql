-- What the CERT itself has released lies in the library, too: plants are compared with it. It goes as far as the CERT let
-- it go, and nobody else takes its place. Of what sources say it is none: that the CERT agrees with itself is no second
-- source.
alter table advisory add column ours boolean not null default false;
create unique index on advisory (owner_id, tracking_id) where ours;
alter table vulnerability_source add column ours boolean not null default false;
alter table claim add column ours boolean not null default false;
grant update (ours) on vulnerability_source to busbar_app;

-- The state of the data that the rules of matching rest on: who teaches a vendor's new name raises no number.
alter table comparison add column data text not null default '';
