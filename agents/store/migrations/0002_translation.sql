create table translation_job (
    id integer primary key,
    -- what makes two runs the same job: content, target, engine, model, recipe, memory
    identity text not null unique,
    source text not null,
    output text not null default '',
    source_language text not null default '',
    target_language text not null check (target_language in ('en', 'ko')),
    engine text not null,
    model text not null default '',
    segments integer not null default 0,
    -- 'running' with a dead owner is what a power cut leaves behind: shown as interrupted
    state text not null default 'running' check (state in ('running', 'done', 'cancelled', 'failed')),
    owner text not null default '',
    seconds real not null default 0,
    receipt text not null default '',
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create index translation_job_updated on translation_job (updated);

create table translation_segment (
    job integer not null references translation_job (id) on delete cascade,
    segment text not null,
    position integer not null,
    source text not null,
    -- what stands in the translated file; the source itself where the state is 'untranslated'
    target text not null,
    -- what the engine answered when it was refused
    refused text not null default '',
    state text not null check (state in ('translated', 'untranslated', 'from_memory')),
    problems text not null default '',
    retried integer not null default 0,
    primary key (job, segment)
) without rowid;

-- How formatted phrases of a sentence read in the other language: helps to put formatting back.
create table translation_phrase (
    job integer not null references translation_job (id) on delete cascade,
    source text not null,
    target text not null,
    primary key (job, source)
) without rowid;
