"""The faces that are printed: DejaVu, out of matplotlib's own files, so that no system needs it."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont

from wslearn.protocol.errors import InputError

SANS, BOLD, OBLIQUE, MONO, MONO_BOLD = "Sans", "Sans-Bold", "Sans-Oblique", "Mono", "Mono-Bold"

_FILES = {
    SANS: "DejaVuSans.ttf",
    BOLD: "DejaVuSans-Bold.ttf",
    OBLIQUE: "DejaVuSans-Oblique.ttf",
    MONO: "DejaVuSansMono.ttf",
    MONO_BOLD: "DejaVuSansMono-Bold.ttf",
}


@cache
def faces() -> dict[str, TTFont]:
    """Make the faces known to reportlab; raises :class:`InputError` where matplotlib is missing."""
    spec = find_spec("matplotlib")
    folder = Path(spec.origin or "").parent / "mpl-data" / "fonts" / "ttf" if spec else None
    if folder is None or not (folder / _FILES[SANS]).is_file():
        raise InputError("The type comes with matplotlib: pip install 'wslearn[instructor]'")
    loaded = {name: TTFont(name, str(folder / file)) for name, file in _FILES.items()}
    for font in loaded.values():
        registerFont(font)
    registerFontFamily(SANS, normal=SANS, bold=BOLD, italic=OBLIQUE, boldItalic=BOLD)
    registerFontFamily(MONO, normal=MONO, bold=MONO_BOLD, italic=MONO, boldItalic=MONO_BOLD)
    return loaded


def printable(text: str, face: str = SANS) -> str:
    """The text with every character that the face cannot print written as its number.

    >>> printable("日 → 1")
    '[U+65E5] → 1'
    """
    glyphs = faces()[face].face.charToGlyph
    return "".join(
        letter if ord(letter) in glyphs or letter == "\n" else f"[U+{ord(letter):04X}]"
        for letter in text
    )
