-- Conversations become trees: a message knows which one it follows, and a conversation with which
-- message the branch ends that is shown. No foreign key: a cascade along a chain of thousands of
-- messages is deeper than SQLite allows.
create table folder (
    id integer primary key,
    name text not null unique collate nocase
);

alter table conversation add column folder integer references folder (id) on delete set null;
alter table conversation add column pinned integer not null default 0;
-- who gave the title: a model never writes over the user's
alter table conversation add column titled text not null default 'question'
    check (titled in ('question', 'model', 'user'));
update conversation set titled = 'user';
-- knows a conversation again that was exported and comes back
alter table conversation add column uid text not null default '';
update conversation set uid = lower(hex(randomblob(16)));
create unique index conversation_uid on conversation (uid) where uid <> '';

alter table turn add column parent integer not null default 0; -- 0: it begins the conversation
update turn set parent = coalesce((
    select max(id) from turn as before
    where before.conversation = turn.conversation and before.id < turn.id
), 0);
create index turn_parent on turn (conversation, parent);

alter table conversation add column shown integer not null default 0;
update conversation set shown = coalesce(
    (select max(id) from turn where turn.conversation = conversation.id), 0
);

-- The number of a deleted conversation is not given again: the engine knows conversations by it.
create table conversation_last (id integer not null);
insert into conversation_last select coalesce(max(id), 0) from conversation;
create trigger conversation_counted after insert on conversation begin
    update conversation_last set id = max(id, new.id);
end;

-- Which messages hold a trigram, nothing more: what they say is read from the message itself. An
-- answer is indexed when it has ended, not as it grows.
create virtual table turn_words using fts5
    (content, content = 'turn', content_rowid = 'id', detail = none, columnsize = 0, tokenize = 'trigram');
insert into turn_words (rowid, content) select id, content from turn where state <> 'writing';
create trigger turn_said after insert on turn when new.state <> 'writing' begin
    insert into turn_words (rowid, content) values (new.id, new.content);
end;
create trigger turn_gone after delete on turn when old.state <> 'writing' begin
    insert into turn_words (turn_words, rowid, content) values ('delete', old.id, old.content);
end;
create trigger turn_unsaid before update of content, state on turn
when old.state <> 'writing' and (new.state = 'writing' or new.content <> old.content) begin
    insert into turn_words (turn_words, rowid, content) values ('delete', old.id, old.content);
end;
create trigger turn_resaid after update of content, state on turn
when new.state <> 'writing' and (old.state = 'writing' or new.content <> old.content) begin
    insert into turn_words (rowid, content) values (new.id, new.content);
end;
