create table conversation (
    id integer primary key,
    title text not null default '',
    model text not null default '',
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create table turn (
    id integer primary key,
    conversation integer not null references conversation (id) on delete cascade,
    role text not null check (role in ('system', 'user', 'assistant')),
    content text not null default '',
    -- 'writing' is what a power cut leaves behind: shown as interrupted at the next start
    state text not null default 'done' check (state in ('writing', 'done', 'stopped', 'interrupted', 'length')),
    -- the process that writes it, while it is being written
    owner text not null default '',
    model text not null default '',
    tokens integer not null default 0,
    seconds real not null default 0,
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create index turn_conversation on turn (conversation, id);
