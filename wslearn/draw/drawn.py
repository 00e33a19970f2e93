"""A dissection that shows itself: the protocol's data, with pictures.

The protocol layer knows nothing of pictures, so the type that learners meet adds them here. Every
picture is drawn from the same fields and the same violations.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from wslearn.pasted.reading import read
from wslearn.protocol import dissection as protocol
from wslearn.protocol.codes import opcode_name
from wslearn.protocol.dissect import dissect_each_into, dissect_into
from wslearn.protocol.dissection import Side, Verdict
from wslearn.protocol.in_words import verdict
from wslearn.protocol.text import counted

from .html import html
from .layout import ROW
from .plain import box_text
from .svg import svg
from .theme import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


SHOWN = 12
"""How many frames a list of them shows; a page of a course has no room for more."""


class Dissection(protocol.Dissection):
    """What one frame consists of and what is wrong with it, shown as a bit diagram.

    >>> print(dissect("81 05 48656c6c6f", receiver="client").verdict)
    A client accepts this frame: a whole text message, “Hello”.
    """

    __slots__ = ()

    @property
    def verdict(self) -> Verdict:
        """What the receiver makes of the frame, in plain words."""
        return verdict(self)

    def text(self) -> str:
        """The frame as plain text in the style of the RFC's own figure (RFC 6455 §5.2)."""
        return box_text(self)

    def html(self) -> str:
        """The frame as static HTML without style sheet or script, for a light page or a dark
        one."""
        return html(self)

    def svg(self, theme: Theme = LIGHT, per_row: int = ROW) -> str:
        """The frame as a stand-alone SVG, ``per_row`` bytes a row, described in words."""
        return svg(self, theme, per_row)

    def figure(self, theme: Theme = LIGHT, per_row: int = ROW) -> "Figure":
        """The frame as a matplotlib figure, ``per_row`` bytes a row, for slides and print."""
        from .figures import figure  # matplotlib loads only when asked for

        return figure(self, theme, per_row)

    def __repr__(self) -> str:
        if self.problem is not None:
            return f"<Dissection: {self.problem}>"
        size = counted(len(self.data), "byte")
        if not self.data:
            return f"<Dissection: {size}>"
        said = self.verdict
        with_code = f" with {self.close_code}" if said.outcome == "refused" else ""
        how = "waited for" if said.outcome == "waiting" else said.outcome
        name = opcode_name(self.data[0] & 0x0F)
        return f"<Dissection: {size}, {name}, {how} by a {self.receiver}{with_code}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Both static forms: plain text for every page, HTML for one that draws it."""
        return {"text/plain": self.text(), "text/html": self.html()}


class Dissections(list[Dissection]):
    """Frames that came one after another, shown one below another."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        shown = self[:SHOWN]
        texts = [frame.text() for frame in shown]
        pages = [frame.html() for frame in shown]
        if more := len(self) - len(shown):
            said = f"… and {counted(more, 'more frame')}."
            texts.append(said)
            pages.append(said)
        return {"text/plain": "\n\n".join(texts), "text/html": "<br>".join(pages)}


def dissect(
    source: object,
    receiver: Side | None = None,
    extensions: Iterable[str] | str = (),
    max_size: int | None = None,
    form: str | None = None,
) -> Dissection:
    """Take the first frame of some bytes apart and show it. Never raises (RFC 6455 §5).

    ``source``      bytes, numbers, or pasted text: hex, a dump, a literal, escapes, base64 ...
    ``receiver``    who judges: a ``"server"`` needs masked frames, a ``"client"`` unmasked ones;
                    None takes the side for which the MASK bit is right
    ``extensions``  the extensions both sides agreed on: a list of names, or the header's text
    ``max_size``    the receiver's limit for one payload, in bytes, or None for no limit
    ``form``        how to read a text (``"hex"``, ``"decimal"``, ...), or None: as it looks

    >>> dissection = dissect("81 05 48656c6c6f", receiver="server")
    >>> print(dissection.verdict)
    A server fails the connection with 1002. Frames from a client must be masked. (RFC 6455 §5.1)
    >>> dissection.fields[-1].shown, dissection.violations[0].where
    ('Hello', 'byte 1, bit 0')
    """
    reader = _Reader(form)
    seen = dissect_into(Dissection, source, receiver, extensions, max_size, reader)
    return replace(seen, read_as=reader.said)


def dissect_all(
    source: object,
    receiver: Side | None = None,
    extensions: Iterable[str] | str = (),
    max_size: int | None = None,
    form: str | None = None,
) -> Dissections:
    """Take every frame of some bytes apart; the last may be cut short. Never raises (RFC 6455 §5).

    The arguments are those of :func:`dissect`. What comes after a frame is the next one of the
    list, so each has an empty ``rest``.

    >>> for frame in dissect_all("89 00 8a 00", receiver="client"):
    ...     print(frame.verdict)
    A client accepts this frame: a ping, empty.
    A client accepts this frame: a pong, empty.
    """
    reader = _Reader(form)
    each = dissect_each_into(Dissection, source, receiver, extensions, max_size, reader)
    frames = Dissections(each)
    frames[0] = replace(frames[0], read_as=reader.said)
    return frames


class _Reader:
    """Reads what was pasted, and remembers how, in a sentence."""

    def __init__(self, form: str | None) -> None:
        self.form = form
        self.said = ""

    def __call__(self, source: object) -> bytes:
        reading = read(source, self.form)
        also = " or ".join(f'form="{other.form}"' for other in reading.others)
        self.said = reading.said + (f" To read it in another way: {also}." if also else "")
        return reading.data
