"""The tree of a conversation's messages, and the branch of it that is shown.

The one law: a message never changes its place. Editing and answering again add a sibling; the
shown branch is a pointer to its last message, and everything else follows from the parents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from agents.store.database import Session

TurnRole = Literal["system", "user", "assistant"]
TurnState = Literal["writing", "done", "stopped", "interrupted", "length"]

_COLUMNS = "id, role, content, state, model, tokens, seconds, trace, parent"
_PATH = """
    with recursive path (id, parent, depth) as (
        select id, parent, 0 from turn where id = :leaf and conversation = :conversation
        union all
        select turn.id, turn.parent, depth + 1 from path join turn on turn.id = path.parent
    )
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. `seconds` is how long the answer took."""

    id: int
    role: TurnRole
    content: str
    state: TurnState
    model: str
    tokens: int
    seconds: float
    trace: str = ""  # what the team did, as JSON; "" where the commander answered alone
    parent: int = 0  # the message it follows; 0 = it begins the conversation
    siblings: tuple[int, ...] = ()  # all that follow the same one, itself included; () if alone


def path(db: Session, conversation: int, leaf: int) -> tuple[Turn, ...]:
    """The messages from the first one to `leaf`, in order; empty if it is not there."""
    # A message is older than what follows it: one pass over the conversation, backwards.
    rows = db.execute(
        f"select {_COLUMNS} from turn where conversation = ? and id <= ? order by id desc",  # noqa: S608 - ours
        [conversation, leaf],
    )
    forks = _forks(db, conversation)
    found: list[Turn] = []
    wanted = leaf
    for row in rows:
        if row[0] == wanted:
            wanted = row[-1]
            found.append(Turn(*row, siblings=forks.get(wanted, ())))
    return tuple(reversed(found))


def shown(db: Session, conversation: int) -> int:
    """The last message of the branch that is shown; 0 if there is none."""
    row = db.execute("select shown from conversation where id = ?", [conversation]).fetchone()
    return int(row[0]) if row else 0


def holds(db: Session, conversation: int, turn: int) -> bool:
    """Whether the shown branch leads through a message; through 0, where all begin, it does."""
    if not turn:
        return True
    row = db.execute(
        f"{_PATH} select 1 from path where id = :turn",  # noqa: S608 - ours
        {"leaf": shown(db, conversation), "conversation": conversation, "turn": turn},
    ).fetchone()
    return row is not None


def show(db: Session, conversation: int, leaf: int) -> None:
    """Let the shown branch end with `leaf`."""
    db.execute("update conversation set shown = ? where id = ?", [leaf, conversation])


def withdraw(db: Session, turn: int) -> bool:
    """Take an answer away that has siblings and nothing after it; show the newest of these.

    Returns:
        Whether it was: what stands alone, or goes on, stays.
    """
    row = db.execute(
        "select conversation, parent from turn where id = ? and role = 'assistant'"
        " and not exists (select 1 from turn as next where next.parent = turn.id)",
        [turn],
    ).fetchone()
    if row is None:
        return False
    conversation, parent = int(row[0]), int(row[1])
    sibling = db.execute(
        "select max(id) from turn where conversation = ? and parent = ? and id <> ?",
        [conversation, parent, turn],
    ).fetchone()[0]
    if sibling is None:
        return False
    if shown(db, conversation) == turn:
        show(db, conversation, end_of(db, conversation, int(sibling)))
    db.execute("delete from turn where id = ?", [turn])
    return True


def end_of(db: Session, conversation: int, turn: int) -> int:
    """Where the newest branch through a message ends; 0 if the message is not there."""
    row = db.execute(
        """
        with recursive down (id, depth) as (
            select id, 0 from turn where id = :turn and conversation = :conversation
            union all
            select (
                select max(next.id) from turn as next
                where next.conversation = :conversation and next.parent = down.id
            ), depth + 1 from down where down.id is not null
        )
        select id from down where id is not null order by depth desc limit 1
        """,
        {"turn": turn, "conversation": conversation},
    ).fetchone()
    return int(row[0]) if row else 0


def _forks(db: Session, conversation: int) -> dict[int, tuple[int, ...]]:
    """The messages that have siblings, by the one they follow."""
    found: dict[int, list[int]] = {}
    for parent, turn in db.execute(
        """
        select parent, id from turn where conversation = :c and parent in (
            select parent from turn where conversation = :c group by parent having count(*) > 1
        ) order by id
        """,
        {"c": conversation},
    ):
        found.setdefault(int(parent), []).append(int(turn))
    return {parent: tuple(turns) for parent, turns in found.items()}
