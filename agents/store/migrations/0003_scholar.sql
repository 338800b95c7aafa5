create table work (
    id integer primary key,
    key text not null unique,
    kind text not null,
    title text not null,
    authors text not null, -- JSON list of "Family, Given"
    year text not null,
    venue text not null,
    abstract text not null,
    doi text not null,
    keywords text not null,
    -- what tells the same work under another key: folded title, year, first family name
    likeness text not null,
    place text not null, -- volume, number and first page: tells two works of one title apart
    -- the entry as the user wrote it, with what it leans on: JSON lists of verbatim blocks
    raw text not null,
    macros text not null, -- [[name, block], ...]
    preambles text not null,
    parents text not null, -- crossref chain, nearest first
    digest text not null, -- of the text that is embedded
    added text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create index work_doi on work (doi) where doi <> '';
create index work_likeness on work (likeness) where likeness <> '';
create index work_digest on work (digest);

-- holds stems and pairs of syllables made by agents.store.words, not the texts themselves
create virtual table work_words using fts5 (title, people, abstract, other, tokenize = 'unicode61');

create table vector (
    embedder text not null,
    digest text not null,
    vector blob not null, -- float32, little endian, length 1
    made text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    primary key (embedder, digest)
) without rowid;

-- entries that could not be read: kept, so that the user can mend them
create table broken_entry (
    id integer primary key,
    source text not null,
    line integer not null,
    reason text not null,
    text text not null
);

create table draft (
    id integer primary key,
    topic text not null,
    model text not null,
    seed integer not null,
    source text not null, -- the .bib file drafted from alone; empty = the library
    state text not null check (state in ('writing', 'done', 'stopped', 'interrupted')),
    -- the process that writes it, while it is being written
    owner text not null,
    themes text not null default '[]', -- JSON list of [heading, [keys]], planned
    left_out integer not null default 0,
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

-- the works planned for a draft as they were then: a draft can be exported whatever becomes of them
create table draft_entry (
    draft integer not null references draft (id) on delete cascade,
    position integer not null,
    entry text not null, -- JSON
    primary key (draft, position)
) without rowid;

create table draft_sentence (
    draft integer not null references draft (id) on delete cascade,
    paragraph integer not null, -- index into the themes
    position integer not null,
    sentence text not null, -- JSON
    primary key (draft, paragraph, position)
) without rowid;
