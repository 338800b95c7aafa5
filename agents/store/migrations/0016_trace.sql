-- What the team did for an answer, as JSON; empty where the commander answered alone.
alter table turn add column trace text not null default '';
