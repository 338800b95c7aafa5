-- Pairs of sentences. A pair that a person wrote or brought along serves both directions, one that
-- a model made only the direction it was made in.
create table memory_entry (
    id integer primary key, -- a newer entry has a higher one
    en text not null,
    ko text not null,
    -- 64 bits of a digest of the normalised text: what exact look-ups are made with
    en_key integer not null,
    ko_key integer not null,
    target text not null check (target in ('en', 'ko')),
    origin text not null check (origin in ('machine', 'human', 'imported')),
    -- what makes a model's words: pairs of another model, recipe or glossary are not taken for these
    model text not null default '',
    recipe text not null default '',
    glossary text not null default '',
    name text not null default '', -- project or file
    note text not null default '',
    batch integer references memory_batch (id),
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    used text not null default '', -- last time
    uses integer not null default 0
);

create index memory_entry_en on memory_entry (en_key);
create index memory_entry_ko on memory_entry (ko_key);
create index memory_entry_batch on memory_entry (batch) where batch is not null;
-- too short for a trigram that survives a change
create index memory_entry_short_en on memory_entry (en) where length(en) <= 5;
create index memory_entry_short_ko on memory_entry (ko) where length(ko) <= 5;

create table memory_batch (
    id integer primary key autoincrement, -- never used again: an undone import is not another's
    file text not null,
    added integer not null default 0,
    known integer not null default 0, -- were there already
    skipped integer not null default 0, -- were not understood
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

-- which entries hold a trigram, nothing more: what they say is read from the entry itself
create virtual table memory_en using fts5
    (en, content = 'memory_entry', content_rowid = 'id', detail = none, columnsize = 0, tokenize = 'trigram');
create virtual table memory_ko using fts5
    (ko, content = 'memory_entry', content_rowid = 'id', detail = none, columnsize = 0, tokenize = 'trigram');

create trigger memory_entry_added after insert on memory_entry begin
    insert into memory_en (rowid, en)
        select new.id, new.en where new.origin <> 'machine' or new.target = 'ko';
    insert into memory_ko (rowid, ko)
        select new.id, new.ko where new.origin <> 'machine' or new.target = 'en';
end;

create trigger memory_entry_gone after delete on memory_entry begin
    insert into memory_en (memory_en, rowid, en)
        select 'delete', old.id, old.en where old.origin <> 'machine' or old.target = 'ko';
    insert into memory_ko (memory_ko, rowid, ko)
        select 'delete', old.id, old.ko where old.origin <> 'machine' or old.target = 'en';
end;

create table glossary_term (
    id integer primary key,
    glossary text not null, -- its name
    en text not null,
    ko text not null,
    avoid text not null default '[]', -- JSON list of what must not stand for it, in either language
    note text not null default '',
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    unique (glossary, en)
);
