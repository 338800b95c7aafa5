-- Files that were given to the chat: read once, known by what is in them.
create table file (
    id integer primary key autoincrement, -- an id that is gone never comes back
    hash text not null unique, -- SHA-256 of its bytes
    name text not null,
    path text not null, -- where it was seen last
    bytes integer not null,
    state text not null default 'waiting' check (state in ('waiting', 'read')), -- 'waiting': not to its end yet
    pages integer not null default 0, -- 0 where it has none
    added text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create table file_passage (
    id integer primary key autoincrement,
    file integer not null references file (id) on delete cascade,
    position integer not null, -- in the file, from 0
    page integer not null, -- 1-based; 0 where there are no pages
    text text not null,
    stems text not null, -- made by agents.store.words, what a question is compared with
    unique (file, position)
);

create table file_vector (
    embedder text not null,
    passage integer not null references file_passage (id) on delete cascade,
    scale real not null, -- vector = scale * bytes
    vector blob not null, -- int8
    primary key (embedder, passage)
) without rowid;
create index file_vector_passage on file_vector (passage);

-- which files were given with which message; a conversation knows all of its own
create table attachment (
    turn integer not null references turn (id) on delete cascade,
    file integer not null references file (id) on delete cascade,
    conversation integer not null references conversation (id) on delete cascade,
    primary key (turn, file)
) without rowid;
create index attachment_conversation on attachment (conversation);
create index attachment_file on attachment (file);

-- what was read of a file goes with the last message that it came with
create trigger attachment_gone after delete on attachment begin
    delete from file where id = old.file
        and not exists (select 1 from attachment where file = old.file);
end;

-- What the tools of the chat may do.
create table permission (
    id integer primary key autoincrement,
    tool text not null,
    folder text not null default '', -- it and what is below; '' where a tool needs none
    conversation integer references conversation (id) on delete cascade, -- null: always
    made text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
create unique index permission_known on permission (tool, folder, coalesce(conversation, 0));
