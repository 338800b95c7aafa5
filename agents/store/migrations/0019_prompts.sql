-- Texts of the user's own: personas (what the model is told it is) and commands ("/name").
create table prompt (
    id integer primary key,
    kind text not null check (kind in ('persona', 'command')),
    name text not null,
    text text not null,
    updated text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create unique index prompt_name on prompt (kind, name collate nocase);

-- How a conversation is answered; one without a row is answered as usual.
create table manner (
    conversation integer primary key references conversation (id) on delete cascade,
    model text not null default '',
    persona integer references prompt (id) on delete set null,
    -- what the user filled the persona's own variables with: a JSON object
    blanks text not null default '{}',
    thinking integer not null default 1,
    temperature real,
    top_p real
);
