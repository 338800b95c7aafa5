-- A glossary is there before its first term, and after its last one was taken out.
create table glossary (
    name text primary key,
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) without rowid;

insert into glossary (name) select distinct glossary from glossary_term;
