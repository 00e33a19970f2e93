"""A frame for a terminal: every field on a line of its own, its bits where they are in the row.

The bits of four bytes are under their hex. Each field has its own line and keeps its own columns,
so a frame becomes a staircase whose steps show, without any colour, which bits belong to what.
Colour comes from the palette as 24-bit codes, ink on fill, so it reads on any background.
"""

from collections.abc import Iterator

from wslearn.protocol.bits import bits_of
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.in_words import verdict

from .layout import WIDTH, Folded, Segment, faulty_bits, fit, is_number, rows, surroundings, wrapped
from .theme import LIGHT

_BITS = 35  # columns for four bytes of eight bits and a space between
RESET = "\x1b[0m"
_BOLD = "\x1b[1m"


def terminal_text(dissection: Dissection, colour: bool = True) -> str:
    """The frame as a compact bit diagram for a terminal, coloured or not (RFC 6455 §5.2).

    Without ``colour`` the place of the bits shows each field's extent. Nothing that came from the
    network reaches the terminal unescaped, so no payload can send it a command.
    """
    said = verdict(dissection)
    lines = wrapped(f"{said.headline} {said.because}", WIDTH)
    for fault in said.also:
        lines += wrapped(f"Also: {fault}", WIDTH)
    if colour:
        lines[0] = lines[0].replace(said.headline, f"{_BOLD}{said.headline}{RESET}")
    if dissection.data:
        lines += ["", *_diagram(dissection, colour)]
    for sentence in surroundings(dissection):
        lines += wrapped(sentence, WIDTH)
    return "\n".join(line.rstrip() for line in lines)


def _diagram(dissection: Dissection, colour: bool) -> Iterator[str]:
    faulty = faulty_bits(dissection)
    for row in rows(dissection):
        if isinstance(row, Folded):
            yield f"{'':6}… {row} …"
            continue
        data = dissection.data[row.first : row.first + row.size]
        hexes = " ".join(f"{byte:02x}      " for byte in data)
        yield _quiet(f"{row.first:>4}  {hexes}", colour)
        for segment in row.segments:
            yield from _step(dissection, segment, row.first, faulty, colour)


def _step(
    dissection: Dissection,
    segment: Segment,
    first_byte: int,
    faulty: frozenset[int],
    colour: bool,
) -> Iterator[str]:
    before, bits, marks = _column(segment.start, first_byte), "", ""
    first = segment.start // 8
    values = list(bits_of(dissection.data[first : (segment.end + 7) // 8]))
    for bit in range(segment.start, segment.end):
        space = " " if bit % 8 == 0 and bit > segment.start else ""
        bits += f"{space}{values[bit - 8 * first]}"
        marks += space + ("^" if bit in faulty else " ")
    after = _BITS - before - len(bits)
    painted = bits
    if colour:
        look = LIGHT.fields[segment.field.kind]
        painted = f"{rgb(38, LIGHT.ink)}{rgb(48, look.fill)}{bits}{RESET}"
    room = WIDTH - 6 - _BITS - 2
    yield f"{'':6}{'':{before}}{painted}{'':{after}}  {fit(_said(segment), room)}"
    if "^" in marks:
        yield f"{'':6}{'':{before}}{marks}{'':{after}}  {_which(dissection, segment)}"


def _column(bit: int, first_byte: int) -> int:
    return bit - 8 * first_byte + (bit // 8 - first_byte)


def _said(segment: Segment) -> str:
    field = segment.field
    if not segment.begins:
        # A 64-bit number is too long for the place beside its name, so it is on its last line.
        ends_number = is_number(field) and segment.ends
        return f"… {field.shown}" if ends_number else f"… {field.name}"
    goes_on = "" if segment.ends else " …"
    if goes_on and is_number(field):
        return field.name + goes_on
    said = f"{field.name} {field.shown}{goes_on}"
    if field.kind == "opcode":
        return f"{said} ({field.meaning.split(':')[0]})"
    return said


def _which(dissection: Dissection, segment: Segment) -> str:
    """Which broken rules point at these bits, by their ids."""
    return ", ".join(
        violation.rule.id
        for violation in dissection.violations
        if violation.start < segment.end and violation.start + violation.width > segment.start
    )


def rgb(layer: int, colour: str) -> str:
    """The escape code that sets the ink (38) or the background (48) to a CSS hex colour."""
    red, green, blue = bytes.fromhex(colour[1:])
    return f"\x1b[{layer};2;{red};{green};{blue}m"


def _quiet(text: str, colour: bool) -> str:
    return f"\x1b[2m{text}{RESET}" if colour else text
