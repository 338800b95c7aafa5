-- Who reads passages for entities: a model with its labels and threshold. What another one found
-- stays told apart; where several have read a passage, the one with the highest turn holds.
create table entity_reader (
    id integer primary key,
    model text not null,
    labels text not null, -- JSON list
    threshold real not null,
    turn integer not null,
    unique (model, labels, threshold)
);

-- what has been read, so that an interrupted reading goes on; also where nothing was found
create table entity_read (
    passage integer not null,
    reader integer not null,
    primary key (passage, reader)
) without rowid;

create table entity_span (
    passage integer not null,
    reader integer not null,
    start integer not null, -- offset in the passage
    stop integer not null,
    label text not null,
    form integer not null, -- entity_form
    score real not null,
    text text not null, -- as it is shown by itself: without article, particle, short form
    primary key (passage, reader, start)
) without rowid;
create index entity_span_form on entity_span (form, passage);

-- What a passage says a short form stands for, both as agents.entities.names makes them.
create table entity_short (
    passage integer not null,
    label text not null,
    short text not null,
    long text not null,
    primary key (passage, label, short, long)
) without rowid;
create index entity_short_form on entity_short (label, short);

create table entity (
    id integer primary key autoincrement, -- an id that is gone never comes back
    label text not null,
    name text not null,
    named integer not null default 0, -- a person has named it
    hidden integer not null default 0
);

-- Which names lead to which entity. A name that a person has put somewhere (fixed) stays there
-- whatever is read later.
create table entity_form (
    id integer primary key,
    label text not null,
    form text not null,
    entity integer not null references entity (id),
    home integer not null references entity (id), -- its own, where it leads to no other
    fixed integer not null default 0,
    unique (label, form)
);
create index entity_form_entity on entity_form (entity);

create index entity_name on entity (name);

-- in which works an entity is named how often: counted from the spans that hold
create table entity_work (
    entity integer not null,
    work integer not null,
    mentions integer not null,
    primary key (entity, work)
) without rowid;
create index entity_work_work on entity_work (work);

-- what a person has written into a cell of a comparison table, in place of what was found
create table entity_cell (
    work integer not null,
    label text not null,
    text text not null,
    primary key (work, label)
) without rowid;

-- what a person did to entities and cells, so that it can be taken back
create table entity_change (
    id integer primary key,
    kind text not null check (kind in ('merge', 'split', 'rename', 'hide', 'show', 'cell')),
    before text not null, -- JSON: rows by table
    after text not null,
    undone integer not null default 0,
    made text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create trigger passage_deleted_entities after delete on passage begin
    delete from entity_read where passage = old.id;
    delete from entity_span where passage = old.id;
    delete from entity_short where passage = old.id;
end;

-- what holds now
create view entity_now as
select s.* from entity_span s where s.reader = (
    select r.reader from entity_read r join entity_reader e on e.id = r.reader
    where r.passage = s.passage order by e.turn desc limit 1
);
