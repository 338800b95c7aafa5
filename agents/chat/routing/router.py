"""Decides where a request goes: by its words, a second look, and the commander where both waver.

The one law: routing is quick and the same each time. The second look is taken only where words and
signs leave something open. A model is asked only where that leaves it open too, only among the
routes that are left, and a grammar admits nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, cast

from agents.chat.routing import clauses, rules, signs
from agents.chat.routing.features import features, request_of, wanted_of
from agents.chat.routing.routes import ROUTES, Route

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.base import CancelToken
    from agents.chat.routing.linear import Linear

_SURE = 0.55  # share from which the words are believed
_CLAUSE = 0.7  # share from which a clause counts as a task of its own
_TALK = 0.75  # the same for talk, which is often only how the other task is to be done
_OPEN = 0.4  # share below which whoever can do anything takes a request that nobody decided about
_LEFT = 0.12  # share from which a route is still worth asking the commander about
CLEAR = 0.98  # share from which the words need no second look
_WORDS = 0.5  # weight of the words' logarithms where there is one
_LEAST = 1e-9
_MOST_TASKS = 5
_SHORTEST = 3  # letters of a clause
_COMMANDS: Mapping[str, Route] = {
    "/translate": "translate",
    "/번역": "translate",
    "/calc": "maths",
    "/계산": "maths",
    "/code": "code",
    "/코드": "code",
    "/search": "scholar",
    "/논문": "scholar",
}


class Commander(Protocol):
    """A model that chooses among routes."""

    def choose(self, text: str, among: Sequence[Route], cancel: CancelToken) -> Route | None:
        """The route of a request; None where it cannot tell."""
        ...


class SecondLook(Protocol):
    """Reads a request whole."""

    def log_odds(self, text: str) -> Mapping[Route, float] | None:
        """How likely each route is, as logarithms but for a common term; None for no opinion."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a request."""

    text: str
    route: Route
    after: tuple[int, ...] = ()  # places of the tasks that it builds on


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a request goes."""

    route: Route  # of its first task
    routes: tuple[Route, ...]  # of all tasks in order, none twice in a row
    tasks: tuple[Task, ...]
    share: float  # how sure the words are of `route`, 0..1
    by: Literal["command", "words", "commander"]

    @property
    def wavers(self) -> bool:
        """Whether the words alone leave the route open."""
        return len(self.tasks) == 1 and self.share < _SURE


class Router:
    """Routes requests. Any thread."""

    def __init__(self, words: Linear, second: SecondLook | None = None) -> None:
        """Keep the classifier, and who looks again where it is less than certain."""
        self._words = words
        self._second = second

    def route(
        self,
        text: str,
        cancel: CancelToken | None = None,
        commander: Commander | None = None,
        *,
        attached: bool = False,
    ) -> Routed:
        """Decide about one request.

        Args:
            text: the request.
            cancel: stops the commander.
            commander: is asked where the words waver; None for nobody.
            attached: whether a file comes with it.

        Raises:
            CancelledError: `cancel` was set while the commander was asked.
        """
        text = text.strip()
        command = _COMMANDS.get(text.split(maxsplit=1)[0].lower()) if text else None
        if command:
            return Routed(command, (command,), (Task(text, command),), 1.0, "command")
        tasks = self._tasks(text, attached=attached)
        if len(tasks) > 1:
            routes = _in_order(task.route for task in tasks)
            return Routed(routes[0], routes, tasks, _CLAUSE, "words")
        shares = self.shares(text, attached=attached)
        route = _best(shares)
        by: Literal["words", "commander"] = "words"
        if shares[route] < _SURE and commander is not None and cancel is not None:
            left: list[Route] = [one for one in ROUTES if shares[one] >= _LEFT]
            chosen = commander.choose(text, left, cancel) if len(left) > 1 else None
            if chosen is not None:
                route, by = chosen, "commander"
        if by == "words" and shares[route] < _OPEN:
            route = "answer"
        return Routed(route, (route,), (Task(text, route),), shares[route], by)

    def shares(self, text: str, *, attached: bool = False) -> dict[Route, float]:
        """How likely each route is, without a model that speaks."""
        shares = self.by_words(text, attached=attached)
        # A file that comes along is a sign among the words; who reads the text does not see it.
        if self._second is None or attached or max(shares.values()) >= CLEAR:
            return shares
        odds = self._second.log_odds(text)
        if odds is None:
            return shares
        told: dict[Route, float] = {
            route: odds[route] + _WORDS * math.log(share + _LEAST)
            for route, share in shares.items()
        }
        most = max(told.values())
        powers: dict[Route, float] = {}
        for route, one in told.items():
            powers[route] = math.exp(one - most)
        total = sum(powers.values())
        return {route: power / total for route, power in powers.items()}

    def by_words(self, text: str, *, attached: bool = False) -> dict[Route, float]:
        """How likely each route is by the words alone: the first look."""
        found = features(text)
        wanted = wanted_of(text)
        # "Don't translate the attached letter, …": declined, but still what it is about.
        aside = signs.names_file(request_of(text)) and not signs.names_file(wanted)
        if attached or aside:
            found["sign attached"] = 0.6
        shares = cast("dict[Route, float]", self._words.probabilities(found))
        for route, likelier in rules.told(text, wanted):
            shares[route] *= likelier
        total = sum(shares.values())
        return {route: share / total for route, share in shares.items()}

    def _tasks(self, text: str, *, attached: bool) -> tuple[Task, ...]:
        """The tasks of a request; one where its parts do not ask for different things."""
        tasks: list[Task] = []
        start = 0
        for end, following in clauses.places(text):
            clause = text[start:end].strip()
            rest = text[following:].strip()
            if len(clause) < _SHORTEST or len(rest) < _SHORTEST:
                continue
            if clauses.speaks_of(clause, rest) or clauses.leads_in(clause) or clauses.ends(rest):
                continue
            if len(tasks) == _MOST_TASKS - 1:
                break
            one = self._asked(clause, attached=attached)
            if one == "translate" and "\n" in text[end:following]:
                break  # what follows is the text
            if one is None:
                continue
            two = self._asked(_first(rest), attached=attached)
            two = two or self._asked(rest, attached=attached)
            if two == "code" and clause.endswith("서"):
                continue  # what the program is to do
            twice = one == two == "tool" and clauses.puts_away(_first(rest))
            if two is not None and (one != two or twice):
                tasks.append(_task(clause, one, tasks))
                start = following
        if tasks:
            rest = text[start:].strip()
            last = self._asked(rest, attached=attached) or _best(self.shares(rest))
            tasks.append(_task(rest, last, tasks))
        return tuple(_worded(_settled(tasks, text)))

    def _asked(self, clause: str, *, attached: bool) -> Route | None:
        """What a clause asks for, if it surely asks for something."""
        if not clauses.asks(clause):
            return None
        shares = self.shares(clauses.as_request(clause), attached=attached)
        route = _best(shares)
        if route == "answer" and not clauses.orders(clause):
            words = self.by_words(clauses.as_request(clause), attached=attached)
            return route if min(shares[route], words[route]) >= _TALK else None
        return route if shares[route] >= _CLAUSE else None


def _first(text: str) -> str:
    """A text up to where it may be cut first."""
    for end, _following in clauses.places(text):
        if end >= _SHORTEST:
            return text[:end]
    return text


def _settled(tasks: Sequence[Task], text: str) -> list[Task]:
    """Tasks that read as talk alone, but go on with the file or the translation before them."""
    named = signs.names_file(text)
    made: list[Task] = []
    for task in tasks:
        before = {one.route for one in made}
        route = task.route
        if route == "answer" and named and before and clauses.of_content(task.text):
            route = "document"
        elif route == "answer" and "translate" in before and clauses.of_wording(task.text):
            route = "translate"
        elif route == "tool" and "scholar" in before and clauses.of_order(task.text):
            route = "scholar"
        made.append(replace(task, route=route))
    return made


def _task(clause: str, route: Route, before: Sequence[Task]) -> Task:
    if not before:
        return Task(clause, route)
    order = clauses.handed_over(clause)[0] if clauses.speaks_of_this(before[0].text) else clause
    builds = clauses.builds_on(order, before[-1].text)
    return Task(clause, route, (len(before) - 1,) if builds else ())


def _worded(tasks: Sequence[Task]) -> list[Task]:
    """Tasks as who does them reads them: each an order, with the text that it speaks of."""
    if not tasks:
        return []
    made = [replace(task, text=clauses.as_request(task.text)) for task in tasks]
    order, text = clauses.handed_over(made[-1].text)
    works_with_it = bool(made[-1].after)  # what comes of the text, and not the text itself
    has_its_own = bool(clauses.handed_over(made[0].text)[1])
    if text and not has_its_own and (works_with_it or clauses.speaks_of_this(made[0].text)):
        made[0] = replace(made[0], text=f"{made[0].text}: {text}")
        if works_with_it:
            made[-1] = replace(made[-1], text=order)
    return made


def _best(shares: Mapping[Route, float]) -> Route:
    return max(ROUTES, key=lambda route: shares[route])


def _in_order(routes: object) -> tuple[Route, ...]:
    made: list[Route] = []
    for route in cast("Sequence[Route]", routes):
        if not made or made[-1] != route:
            made.append(route)
    return tuple(made)
