-- Where an entry came from. `original` is the record to the letter where its format is not BibTeX;
-- `raw` is then the BibTeX made of it. `imported` is the digest of what came in, so that the same
-- file brought again changes nothing that was merged or mended since.
alter table work add column format text not null default 'bibtex';
alter table work add column original text not null default '';
alter table work add column files text not null default '[]'; -- JSON list of paths
alter table work add column arxiv text not null default '';
alter table work add column imported text not null default '';

create index work_arxiv on work (arxiv) where arxiv <> '';

-- keys of entries that were merged into another work, with the digest of what they were
create table work_alias (
    key text primary key,
    work integer not null,
    imported text not null
) without rowid;

create index work_alias_work on work_alias (work);

-- what was merged, mended or updated: whole entries, so that it can be taken back
create table library_change (
    id integer primary key,
    kind text not null check (kind in ('merge', 'fix', 'update')),
    before text not null, -- JSON list of entries
    after text not null,
    undone integer not null default 0,
    made text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

-- the list of retracted works, replaced as a whole by a newer one
create table retraction (
    doi text not null,
    nature text not null, -- Retraction, Expression of concern, Correction, Reinstatement
    day text not null, -- ISO date of the notice, '' = unknown
    reason text not null,
    notice text not null -- DOI of the notice
);

create index retraction_doi on retraction (doi);

create table retraction_list (
    source text not null,
    day text not null, -- ISO date of the list: its latest notice, '' = unknown
    taken text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

-- what was sent over the network about the library, request by request
create table library_sent (
    id integer primary key,
    address text not null,
    headers text not null,
    answer text not null, -- status, or what went wrong
    made text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
