-- How much there is of each origin and direction, counted without reading a single sentence.
create index memory_entry_origin on memory_entry (origin, target);
