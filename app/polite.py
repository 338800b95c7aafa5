"""The hand that puts a Korean text into 존댓말: by rules where they suffice, by a model where not.

The one law: what a model writes is taken only if it is polite by the same rules, says the same
numbers and is about as long; a sentence that cannot be made polite so stays, and is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import Token, drained
from agents.chat import rewording
from agents.chat.asking import ask
from agents.chat.commands import handed_over
from agents.chat.hands import Given
from agents.chat.language import language_of
from agents.engine.port import Message
from agents.translation import register
from agents.translation.language import word_set
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken, Notice
    from agents.chat.hands import Handed
    from agents.engine.port import Engine, Models
    from agents.translation.events import Register
    from agents.translation.korean import Korean

_POLITE = ("formal", "polite")
# Endings of 반말 to which 요 is put and nothing else changes.
_TAKES_YO = word_set("어 아 여 지 네 거든 는데 ᆫ데 은데 던데 ᆯ게 을게 ᆯ래 을래 군 는군 을까 ᆯ까")
_ASK = "다음 문장을 뜻은 그대로 두고 존댓말(해요체)로 바꿔라. 바꾼 문장만 쓴다.\n\n{text}"
_MAX_TOKENS = 256
_GROWTH = 1.6  # times as long as it was, and ten letters


class PoliteHand:
    """Implements `agents.chat.hands.Hand` for the command "polite"."""

    def __init__(self, models: Models, korean: Korean, model: Callable[[str], str]) -> None:
        """Keep what it works with.

        Args:
            models: lends engines; one is borrowed only for what rules cannot do.
            korean: the analyser.
            model: the id of the model that is asked, given the commander's; "" = nobody.
        """
        self._models = models
        self._korean = korean
        self._model = model

    def takes(self, task: str) -> bool:
        """Whether there is Korean to change."""
        return language_of(handed_over(task)) == "ko"

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Token | Notice, None, Given]:
        """Rewrite; see `hands.Hand.run`."""
        text = handed_over(handed.task.text)
        wanted = self._wanted(text)
        pieces: list[str] = []
        rude: list[int] = []  # places of what the rules could not change
        sentences = 0
        for line in text.splitlines(keepends=True):
            for piece in self._pieces(line):
                cancel.check()
                made = self.ruled(piece, wanted)
                pieces.append(made)
                if self._speaks(piece):
                    sentences += 1
                    if not self._is_polite(made):
                        rude.append(len(pieces) - 1)
        tokens, wrong, by = 0, [pieces[at].strip() for at in rude], _("rules")
        model = self._model(handed.model) if rude else ""
        if model:
            with self._models.borrow(model, cancel) as engine:
                tokens, wrong = self._asked(engine, handed, pieces, rude, cancel)
                by = _("rules and {model}", model=engine.info.name)
        result = "".join(pieces)
        yield Token(result)
        problems = tuple(_("not polite: {sentence}", sentence=one) for one in wrong)
        return Given(result, by, tokens=tokens, checked=sentences, wrong=problems, exact=not model)

    def _asked(
        self,
        engine: Engine,
        handed: Handed,
        pieces: list[str],
        rude: list[int],
        cancel: CancelToken,
    ) -> tuple[int, list[str]]:
        """Put what the model writes in place; the tokens it took, and what stays as it was."""
        tokens, wrong = 0, list[str]()
        for at in rude:
            messages = (Message("user", _ASK.format(text=pieces[at].strip())),)
            for again in (False, True):
                # What a model writes of single sentences is no answer yet.
                given = drained(
                    ask(engine, messages, handed, cancel, max_tokens=_MAX_TOKENS, again=again)
                )
                tokens += given.tokens
                if self._same(given.text, pieces[at]):
                    pieces[at] = _in_place(given.text, pieces[at])
                    break
            else:
                wrong.append(pieces[at].strip())
        return tokens, wrong

    def ruled(self, sentence: str, wanted: Register) -> str:
        """A sentence in 존댓말 as far as rules are certain."""
        made = register.fixed(sentence, wanted, self._korean)
        if self._is_polite(made):
            return made
        tokens = self._korean.tokens(made)
        ends = [token for token in tokens if token.tag == "EF"]
        if not ends or ends[-1].form not in _TAKES_YO:
            return made
        end = ends[-1].start + ends[-1].len
        tried = f"{made[:end]}요{made[end:]}"
        return tried if self._is_polite(tried) else made

    def _wanted(self, text: str) -> Register:
        """합쇼체 where the text has some already, 해요체 otherwise."""
        endings = register.found(text, self._korean.tokens(text))
        return "formal" if any(one.register == "formal" for one in endings) else "polite"

    def _pieces(self, line: str) -> list[str]:
        """The sentences of a line, each with the white space behind it."""
        spans = self._korean.sentences(line)
        starts = [start for start, _end in spans] or [0]
        starts[0] = 0
        return [line[a:b] for a, b in zip(starts, [*starts[1:], len(line)], strict=True)]

    def _speaks(self, sentence: str) -> bool:
        """Whether it has a final ending at all: a heading has none."""
        return any(token.tag == "EF" for token in self._korean.tokens(sentence))

    def _is_polite(self, sentence: str) -> bool:
        tokens = self._korean.tokens(sentence)
        endings = register.found(sentence, tokens)
        finals = [token for token in tokens if token.tag == "EF"]
        if endings:
            return all(one.register in _POLITE for one in endings)
        after = list(tokens)[-2:]
        return bool(finals) and any(
            token.form.endswith(("요", "죠", "니다", "니까", "시오"))
            for token in (finals[-1], *after)
        )

    def _same(self, made: str, sentence: str) -> bool:
        return (
            bool(made)
            and "\n" not in made
            and len(made) <= _GROWTH * len(sentence) + 10
            and rewording.numbers(made) == rewording.numbers(sentence)
            and self._is_polite(made)
        )


def _in_place(made: str, sentence: str) -> str:
    """The new sentence with the white space of the old one."""
    head = sentence[: len(sentence) - len(sentence.lstrip())]
    return f"{head}{made}{sentence[len(sentence.rstrip()) :]}"
