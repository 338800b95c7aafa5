-- What is searched inside works: abstracts, and the text of their PDFs in pieces.
create table passage (
    id integer primary key autoincrement, -- an id that is gone never comes back
    work integer not null,
    source text not null check (source in ('abstract', 'text')),
    position integer not null, -- in the source, from 0
    page integer not null, -- 1-based; 0 where there are no pages
    start integer not null, -- offset of the first letter in the source
    text text not null
);
create index passage_work on passage (work, source, position);

-- holds stems and pairs of syllables made by agents.store.words, not the texts themselves
create virtual table passage_words using fts5 (stems, tokenize = 'unicode61');
-- in how many passages a stem is: what a query begins with
create virtual table passage_terms using fts5vocab (passage_words, row);

create table passage_vector (
    embedder text not null,
    passage integer not null,
    scale real not null, -- vector = scale * bytes
    vector blob not null, -- int8
    primary key (embedder, passage)
) without rowid;

-- year, venue, author, entity: what a search is narrowed by
create table work_facet (
    kind text not null check (kind in ('year', 'venue', 'author', 'entity')),
    value text not null,
    work integer not null,
    primary key (kind, value, work)
) without rowid;
create index work_facet_work on work_facet (work);

create trigger passage_deleted after delete on passage begin
    delete from passage_words where rowid = old.id;
    delete from passage_vector where passage = old.id;
end;

-- works whose passages and facets have to be made anew, whoever changed them
create table work_changed (
    work integer primary key
);
create trigger work_added after insert on work begin
    insert or ignore into work_changed values (new.id);
end;
create trigger work_edited after update on work begin
    insert or ignore into work_changed values (new.id);
end;
-- also where a work is replaced by itself, so what was read of its PDF is not deleted here
create trigger work_deleted after delete on work begin
    insert or ignore into work_changed values (old.id);
end;
insert into work_changed select id from work;
