create table network_call (
    id integer primary key,
    made text not null default (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    address text not null, -- without a query
    why text not null,
    about text not null, -- the model or file it was for
    sent integer not null default 0, -- bytes
    received integer not null default 0, -- bytes
    answer text not null default '' -- 'ok' or what went wrong; empty while it is under way
);
