-- how far a draft is: which of its steps is stored
alter table draft add column step text not null default 'text'
    check (step in ('topic', 'themes', 'sentences', 'text'));

-- what it is written from, as the user has changed it: JSON of agents.store.outlines.Outline;
-- empty in a draft that is older than this column
alter table draft add column outline text not null default '';

-- sentences that were taken out because nothing supports them, for the report
create table draft_dropped (
    draft integer not null references draft (id) on delete cascade,
    paragraph integer not null,
    planned integer not null, -- the id of the planned sentence
    sentence text not null, -- JSON
    primary key (draft, planned)
);
