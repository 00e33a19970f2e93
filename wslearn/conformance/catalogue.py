"""Every case there is, in the order of a conversation."""

from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import InputError

from .case import Case
from .closing_cases import CLOSING
from .deflate_cases import DEFLATE
from .fault_cases import FAULTS, MORE_FAULTS
from .limit_cases import LIMITS
from .opening_cases import REPLIES, REQUESTS
from .talk_cases import TALK

PROMISED_TWICE = "fault-length-huge"
"""An exhibit that is right to wait for; ``limit-promise`` asks the same with a greater length."""

_ALL = tuple(
    case
    for case in (*REQUESTS, *REPLIES, *TALK, *FAULTS, *MORE_FAULTS, *CLOSING, *DEFLATE, *LIMITS)
    if case.id != PROMISED_TWICE
)
GROUPS = tuple(
    dict.fromkeys(case.group for case in (*REQUESTS, *TALK, *FAULTS, *CLOSING, *DEFLATE, *LIMITS))
)
"""The parts of the protocol, in the order of a conversation."""

CASES = tuple(sorted(_ALL, key=lambda case: GROUPS.index(case.group)))
"""Every case, by group."""


def cases_for(side: Side, only: tuple[str, ...] = ()) -> tuple[Case, ...]:
    """The cases for one side; ``only`` names cases, groups, or how the names of cases begin.

    Raises :class:`InputError` for a name that matches none.
    """
    mine = tuple(case for case in CASES if case.judges(side))
    if not only:
        return mine
    chosen: set[str] = set()
    for name in only:
        fits = {case.id for case in mine if name in (case.id, case.group)}
        fits = fits or {case.id for case in mine if case.id.startswith(name)}
        if not fits:
            raise InputError(
                f"Expected the name of a case, or one of the groups {', '.join(GROUPS)}; "
                f"got {name!r}. --list names all cases."
            )
        chosen |= fits
    return tuple(case for case in mine if case.id in chosen)
