-- What a job was asked to do beyond its columns (register, glossary, options of the format,
-- segmentation rules, further outputs), as JSON: who goes on with it goes on with the same.
alter table translation_job add column choices text not null default '{}';

-- What the desk keeps between two starts and cannot afford to lose in a crash, by name, as JSON:
-- the documents that wait, the folder that is watched, the night.
create table kept (
    name text primary key,
    value text not null
) without rowid;

-- Files of the watched folder that were taken, or were there before: 'bytes:modified (ns)' of the
-- file as it was then. Another state is a new document.
create table watched_file (
    path text primary key,
    state text not null
) without rowid;
