"""GalleryLab: every way a frame can be wrong, and what real programs made of it.

Pick an entry: its bits are outlined where it breaks a rule, the verdict names the rule, its section
and the close code, and one click mends it. Below is what four real programs answered when they got
these very bytes.
"""

from collections.abc import Sequence
from typing import Any

import ipywidgets

from wslearn.draw.drawn import Dissection
from wslearn.draw.table import table
from wslearn.labs.kit.assets import styles
from wslearn.labs.kit.bitgrid import BitGrid, with_static_form
from wslearn.labs.kit.lab import Lab, row
from wslearn.labs.kit.sheet import Node, Sheet, button, node
from wslearn.protocol.dissect import dissect_into
from wslearn.protocol.dissection import Side, Verdict
from wslearn.protocol.errors import InputError, Violation
from wslearn.protocol.in_words import describe, verdict
from wslearn.protocol.text import counted, shown_value

from .malformed import GALLERY, Malformed, programs
from .readings import Reading, readings

_BY_ID = {entry.id: entry for entry in GALLERY}


class GallerySheet(Sheet):
    """A sheet with the look of this lab."""

    _css = styles("kit/sheet.css", "gallery/lab.css")


class GalleryLab(Lab):
    """The gallery of malformed frames (RFC 6455 §5, §7.4.1, RFC 7692 §6).

    ``entry``     the name of the entry that is shown first; :attr:`names` lists them
    ``receiver``  the side that gets the frame: ``"server"`` or ``"client"``

    Raises :class:`~wslearn.protocol.errors.InputError` for a name that the gallery does not have.
    """

    def __init__(self, entry: str = GALLERY[0].id, receiver: Side = "server") -> None:
        if receiver not in ("server", "client"):
            came = shown_value(receiver)
            raise InputError(f"Expected the receiver 'server' or 'client', got {came}.")
        self._entry = _known(entry)
        self._wanted: Side = receiver
        self.grid = BitGrid(parts=("verdict", "tools", "bits", "explain"))
        self.grid.judged, self.grid.faults = self._judge, self._faults
        self._list = GallerySheet(self._act)
        self._answers = GallerySheet()
        self._receiver = ipywidgets.ToggleButtons(
            options=[("a server", "server"), ("a client", "client")],
            value=receiver,
            style={"button_width": "auto"},
            tooltips=["what a bad client sends", "what a bad server sends"],
        )
        controls = row(self._receiver, ipywidgets.Label("receives a frame:"))
        super().__init__([controls, self._list, self.grid, self._answers])
        self._draw()
        self._receiver.observe(self._when(self._give_to), "value")

    # -- for Python ----------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """The names of all entries, in order."""
        return [entry.id for entry in GALLERY]

    @property
    def entry(self) -> str:
        """The name of the entry on screen; set it to another one."""
        return self._entry.id

    @entry.setter
    def entry(self, name: str) -> None:
        with self.grid.lock:
            self._entry = _known(name)
            self._draw()

    @property
    def receiver(self) -> Side:
        """The side that gets the frame. An entry that is wrong for one side goes to that side."""
        return self._entry.only or self._wanted

    @property
    def dissection(self) -> Dissection:
        """The frame on screen, taken apart and judged."""
        return self.grid.dissection

    @property
    def answers(self) -> list[Reading]:
        """What each program made of it."""
        return readings(self._entry, self.receiver)

    def __repr__(self) -> str:
        return f"GalleryLab({self._entry.id!r}, receiver={self.receiver!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        asked = programs()
        said = table(
            [f"a program, as a {self.receiver}", "", "what it did"],
            [(f"{each.program} {asked[each.program]}", each.sign, each.words)
             for each in self.answers],
        )  # fmt: skip
        shown = super()._repr_mimebundle_(**kwargs)
        return with_static_form(shown, repr(self), self.dissection, said)

    # -- what the reader does ------------------------------------------------------------------

    def _act(self, message: dict[str, Any]) -> None:
        match message:
            case {"do": "show", "entry": str(name)} if name in _BY_ID:
                self.entry = name
            case {"do": "step", "by": (1 | -1) as by}:
                at = GALLERY.index(self._entry) + by
                self.entry = GALLERY[at % len(GALLERY)].id

    def _give_to(self, receiver: Side) -> None:
        self._wanted = receiver
        self._draw()

    # -- drawing -------------------------------------------------------------------------------

    def _faults(self, dissection: Dissection) -> Sequence[Violation]:
        """The broken rules, taking into account what came before."""
        entry, side = self._entry, self.receiver
        if dissection.violations or dissection.data != entry.data(side):
            return dissection.violations
        return (entry.violation(side),)

    def _judge(self, dissection: Dissection) -> Verdict:
        faults = self._faults(dissection)
        if dissection.violations or not faults:
            return verdict(dissection)
        (fault,) = faults
        return Verdict(
            "refused",
            f"A {self.receiver} fails the connection with {fault.close_code}.",
            f"{fault.rule.sentence} ({fault.rule.source})",
        )

    def _draw(self) -> None:
        side = self.receiver
        self.grid.show(self._entry.data(side), side, self._entry.extensions)
        self._list.view = _list_nodes(self._entry, side)
        self._answers.view = _answer_nodes(side, self.answers)


def _known(name: str) -> Malformed:
    if name not in _BY_ID:
        names = ", ".join(_BY_ID)
        raise InputError(f"Expected one of {names}, got {shown_value(name)}.")
    return _BY_ID[name]


def _before(entry: Malformed, receiver: Side) -> str:
    """What came before the frame, as a sentence; empty if nothing did."""
    if not entry.before:
        return ""
    first = dissect_into(Dissection, entry.data_before(receiver), receiver, entry.extensions)
    return f"Before it came {describe(first)}."


def _list_nodes(shown: Malformed, receiver: Side) -> list[Node]:
    groups = list(dict.fromkeys(entry.group for entry in GALLERY))
    first = {group: next(e for e in GALLERY if e.group == group) for group in groups}
    number = GALLERY.index(shown) + 1
    return [
        node(
            "div",
            *(
                button(
                    group,
                    "show",
                    with_={"entry": first[group].id},
                    aria_pressed=group == shown.group,
                )
                for group in groups
            ),
            class_="wsl-groups wsl-own",
            role="group",
            aria_label="What is wrong in",
        ),
        node(
            "ul",
            *(
                node(
                    "li",
                    button(
                        entry.title,
                        "show",
                        with_={"entry": entry.id},
                        aria_pressed=entry is shown,
                        class_="wsl-entry",
                        data_stop="",
                    ),
                )
                for entry in GALLERY
                if entry.group == shown.group
            ),
            class_="wsl-entries wsl-own",
            data_walk="down",
            aria_label=f"Wrong in {shown.group}",
        ),
        node(
            "div",
            button("back", "step", with_={"by": -1}, data_step="back"),
            button("next", "step", with_={"by": 1}, data_step="next"),
            node("span", f"{number} of {len(GALLERY)}", class_="wsl-at aside"),
            class_="wsl-steps",
        ),
        node("p", _before(shown, receiver) or "Nothing came before this frame."),
    ]


def _answer_nodes(receiver: Side, found: list[Reading]) -> list[Node]:
    asked = programs()
    rows = [
        node(
            "tr",
            node("th", f"{reading.program} {asked[reading.program]}", scope="row"),
            node("td", node("span", reading.sign, aria_hidden=True), class_=_class(reading)),
            node("td", reading.words),
        )
        for reading in found
    ]
    agree = sum(reading.judged == "as the rule says" for reading in found)
    return [
        node(
            "h4",
            f"What real programs did with it as a {receiver}: "
            f"{agree} of {counted(len(found), 'program')} as the rule says",
        ),
        node("table", node("tbody", *rows), class_="wsl-answers"),
    ]


def _class(reading: Reading) -> str:
    return {"✓": "sign good", "✗": "sign bad"}.get(reading.sign, "sign aside")
