-- a draft as it was: kept before it is written on, exported, edited, or where somebody named it
create table draft_version (
    id integer primary key,
    draft integer not null references draft (id) on delete cascade,
    reason text not null check (reason in ('writing', 'export', 'editing', 'restore', 'named')),
    name text not null default '', -- '' = kept without being asked
    content text not null, -- JSON: headings, outline, sentences of each heading
    digest text not null, -- of the content: the same is not kept twice in a row
    sentences integer not null,
    made text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create index draft_version_draft on draft_version (draft, id);
