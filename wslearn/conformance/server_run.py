"""Judge a server: find out what it is like, then put every case to it, several at once.

First come four questions: does it open at all, does it send messages back, does it agree to
compression, does it serve two clients at once? Their answers decide which cases make sense.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from wslearn.protocol.events import Text
from wslearn.protocol.frame import Frame

from .case import Case, Says, Word
from .deflate_cases import PLAIN
from .dialling import Target, knock, play
from .findings import Finding, decide
from .heard import Heard
from .opening_cases import REQUESTS
from .talk_cases import TALK

AT_ONCE = 8
"""How many cases are played side by side, where the server allows that."""

MOST_AGAIN = 8
"""How many cases are played once more on their own, where nothing came in time."""

MOST_SECONDS = 120.0
"""How long a whole run may take; what was not asked by then is not judged."""

PROBE = "wslearn judge: please send this back"
"""The first message. A server that returns it unchanged is taken for one that echoes."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What a server is like: ``echoes``, ``compresses``, how many clients it serves ``at_once``,
    and what else it says to everyone, its ``greeting``."""

    echoes: bool
    compresses: bool
    at_once: int
    greeting: tuple[Word, ...] = ()

    @property
    def alone(self) -> bool:
        """Whether it serves one client at a time."""
        return self.at_once == 1


@dataclass(frozen=True, slots=True)
class Run:
    """The findings of all cases; ``gone`` is the sentence for a server that did not survive
    them."""

    whose: str
    findings: tuple[Finding, ...]
    seconds: float
    manner: Manner | None = None
    gone: str = ""

    @property
    def broken(self) -> bool:
        """Whether a MUST was broken."""
        return bool(self.gone) or any(one.outcome == "broken" for one in self.findings)

    @property
    def judged(self) -> int:
        """How many cases were judged."""
        return sum(one.outcome != "unjudged" for one in self.findings)


Tell = Callable[[int, int], None]
"""Is told how many cases are done, out of how many."""

Revive = Callable[[], Awaitable[Target]]
"""Starts a server that is gone once more, and says where it listens."""

NO_ECHO = "It does not send messages back, so nobody can see whether it understood this one."
NO_DEFLATE = "It does not agree to permessage-deflate, and need not."
NO_TIME = "The time was up."
GONE = "Nobody listens any more."

PROBE_CASE = replace(
    next(case for case in TALK if case.id == "fragments-two"),
    right=Says((Text(PROBE),)),
    pieces=(Frame.text(PROBE),),
)
"""The first message, as a case."""

_USUAL = REQUESTS[0]


async def get_to_know(target: Target) -> Manner:
    """Ask the four questions.

    A server that a Close would end has to survive this, so TCP is ended without one. Raises
    :class:`NetworkError` where nobody listens, where it is another protocol or TLS, and where
    nothing comes, or an HTTP answer that opens nothing.
    """
    async with knock(target, PLAIN) as reply:
        compresses = reply.agreement is not None or not reply.ok
        second = await play(_USUAL, target)
        at_once = 1 if second.reply is None else AT_ONCE
    heard = await play(PROBE_CASE, target)
    echoes = Text(PROBE) in heard.words or heard.violation is not None
    others = tuple(word for word in heard.words if word != Text(PROBE))
    return Manner(echoes, compresses, at_once, others)


async def judge_server(
    target: Target,
    cases: Sequence[Case],
    *,
    one_by_one: bool = False,
    tell: Tell | None = None,
    revive: Revive | None = None,
    most_seconds: float = MOST_SECONDS,
) -> Run:
    """Put cases to a server.

    ``one_by_one``   even where the server would take several at once
    ``tell``         is told about progress
    ``revive``       starts the server again where a case has ended it; otherwise the run ends there
    ``most_seconds`` the time for all; what was not asked by then is not judged

    Raises what :func:`get_to_know` raises: then nothing could be judged.
    """
    began = time.monotonic()
    manner = await get_to_know(target)
    if one_by_one:
        manner = replace(manner, at_once=1)
    # A server for one client at a time is often ended by a Close, and each case should stand alone.
    target = replace(target, polite=manner.at_once > 1)
    run = _Run(target, cases, manner, tell, revive, began + most_seconds)
    await run.play_all()
    return Run(
        str(target.uri.without_query),
        tuple(run.findings[case.id] for case in cases),
        time.monotonic() - began,
        manner,
        run.gone,
    )


class _Run:
    """One run over all cases."""

    def __init__(
        self,
        target: Target,
        cases: Sequence[Case],
        manner: Manner,
        tell: Tell | None,
        revive: Revive | None,
        until: float,
    ) -> None:
        self.target, self.cases, self.manner = target, cases, manner
        self.tell, self.revive, self.until = tell, revive, until
        self.findings: dict[str, Finding] = {}
        self.gone = ""
        self._late: list[Case] = []
        self._last: list[Case] = []  # the cases that were played last

    async def play_all(self) -> None:
        """Play every case that makes sense, and play those once more that time may have decided."""
        waiting = [case for case in self.cases if not self._senseless(case)]
        gate = asyncio.Semaphore(self.manner.at_once)

        async def one(case: Case) -> None:
            async with gate:
                await self._play(case)

        await asyncio.gather(*map(one, waiting))
        if self.manner.at_once > 1 and 0 < len(self._late) <= MOST_AGAIN and not self.gone:
            again, self._late = self._late, []
            for case in again:  # a busy machine may have been too slow for them
                await self._play(case)

    def _senseless(self, case: Case) -> bool:
        """Whether this server cannot be asked a case; says why."""
        why = ""
        if case.echo and not self.manner.echoes:
            why = NO_ECHO
        elif case.deflate is not None and not self.manner.compresses:
            why = NO_DEFLATE
        if why:
            self._found(case, Heard(trouble=why))
        return bool(why)

    async def _play(self, case: Case) -> None:
        if self.gone or time.monotonic() > self.until:
            self._found(case, Heard(trouble=GONE if self.gone else NO_TIME))
            return
        heard = await play(case, self.target)
        if heard.unreached and not self.gone:
            heard = await self._after_the_end(case, heard)
        self._last = [*self._last, case][-2 * self.manner.at_once :]
        finding = self._found(case, heard)
        if heard.late and not heard.words and finding.outcome in ("broken", "advice"):
            self._late.append(case)

    async def _after_the_end(self, case: Case, heard: Heard) -> Heard:
        """Nobody listens: blame the case before, where it was the only one, and begin again."""
        alone = self.manner.alone
        if alone and self._last:
            before = self.findings[self._last[-1].id]
            said = "After this nobody listened any more: the server was gone."
            self.findings[before.case.id] = replace(before, outcome="broken", remark=said)
        if alone and self.revive is not None:
            self.target = replace(await self.revive(), polite=False)
            return await play(case, self.target)
        blamed = ", ".join(one.id for one in self._last) or "the first one"
        self.gone = (
            f"The server did not survive this: nobody listens any more. What it was asked last: "
            f"{blamed}." + ("" if alone else " --one-by-one tells which of them it was.")
        )
        return heard

    def _found(self, case: Case, heard: Heard) -> Finding:
        manner = self.manner
        finding = decide(case, heard, echoes=manner.echoes, greeting=manner.greeting)
        self.findings[case.id] = finding
        if self.tell is not None:
            self.tell(len(self.findings), len(self.cases))
        return finding
