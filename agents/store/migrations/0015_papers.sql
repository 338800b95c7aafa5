-- What was read in the file of a work. A file with another stamp (size and time) is read anew.
create table paper (
    work integer primary key,
    path text not null,
    stamp text not null, -- '' where there was no file
    state text not null check (state in ('read', 'scanned', 'locked', 'damaged', 'gone')),
    pages integer not null,
    made text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create table paper_section (
    work integer not null references paper (work) on delete cascade,
    position integer not null,
    level integer not null, -- 1 for the highest
    page integer not null, -- 1-based
    start integer not null, -- offset of the heading in the text of the file
    title text not null,
    primary key (work, position)
) without rowid;

create table paper_reference (
    work integer not null references paper (work) on delete cascade,
    position integer not null,
    page integer not null, -- 1-based
    mark text not null, -- "12" of "[12]"; '' where there is none
    text text not null, -- as it is printed
    authors text not null, -- JSON list of "Family, Given"
    year text not null,
    title text not null,
    doi text not null,
    arxiv text not null,
    cited integer not null default 0, -- the work of the library that it is; 0 = none
    primary key (work, position)
) without rowid;
create index paper_reference_cited on paper_reference (cited) where cited <> 0;

-- references are looked up again once works have come or gone
create table paper_linked (
    works integer not null, -- how many works there were
    newest integer not null -- and the highest id
);
