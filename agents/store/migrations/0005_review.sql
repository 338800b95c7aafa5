-- Who made the words that stand: '' (the job's own engine), 'human', 'memory', 'pseudo',
-- 'identity', or 'model:' and its id, where the segment was translated once more.
alter table translation_segment add column made_by text not null default '';
alter table translation_segment add column made_at text not null default '';
alter table translation_segment add column confirmed integer not null default 0;
alter table translation_segment add column comment text not null default '';

-- Words that stood before those of now, oldest first.
create table translation_version (
    id integer primary key,
    job integer not null references translation_job (id) on delete cascade,
    segment text not null,
    target text not null,
    state text not null,
    made_by text not null,
    made_at text not null
);

create index translation_version_segment on translation_version (job, segment, id);
