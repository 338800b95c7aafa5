-- Where a person has cut or joined the sentences of a paragraph: all segments of such a paragraph,
-- as offsets into its text. Of a paragraph that is not here, the segmenter's sentences hold.
create table translation_span (
    job integer not null references translation_job (id) on delete cascade,
    paragraph text not null,
    start integer not null,
    stop integer not null,
    segment text not null,
    primary key (job, paragraph, start)
) without rowid;
