"""The forms in which people write bytes down, and what a reading of one says.

Two rules hold for every form:

1. Nothing is left out or decided without a word. Where a text may be read in two ways, the reading
   says which it took and brings the other along.
2. What cannot be read for sure is refused, in a sentence that names the form and says what to paste
   in its place.
"""

from dataclasses import dataclass, replace

FORMS: dict[str, str] = {
    "hex": "hex digits",
    "dump": "a hex dump",
    "words": "a dump of 16-bit words, their bytes swapped",
    "numbers": "a dump of decimal numbers",
    "octal": "a dump of octal numbers",
    "offsets-8": "a dump whose offsets count in base 8",
    "offsets-10": "a dump whose offsets count in base 10",
    "offsets-16": "a dump whose offsets count in base 16",
    "decimal": "decimal numbers",
    "bits": "bits, eight a byte",
    "escapes": "text with escapes",
    "text": "text with escapes, all of it",
    "bytea": "one escape before hex digits, as PostgreSQL prints bytes",
    "literal": "a literal of a programming language",
    "raw": "a raw literal, in which a backslash stands for itself",
    "base64": "base64",
    "percent": "percent-encoded bytes",
}
"""Each form's name, as an option takes it, and the words for it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was read as.

    ``data``     the bytes
    ``form``     a name in :data:`FORMS`
    ``left_out`` which part of the text is not in the bytes, in a few words; empty if none is
    ``others``   other ways to read the same text that give other bytes
    ``sure``     False where the form was only guessed by its look
    """

    data: bytes
    form: str
    left_out: str = ""
    others: tuple["Reading", ...] = ()
    sure: bool = True

    @property
    def said(self) -> str:
        """How it was read, in one sentence; empty where there is no question about it."""
        if self.sure and not (self.left_out or self.others):
            return ""
        without = f"; {self.left_out} left out" if self.left_out else ""
        return f"Read as {FORMS[self.form]}{without}."

    def offering(self, *others: "Reading | None") -> "Reading":
        """The same, with other readings offered: those that give other bytes."""
        known = {self.data, *(other.data for other in self.others)}
        more = []
        for other in others:
            if other is not None and other.data not in known:
                known.add(other.data)
                more.append(other)
        return replace(self, others=(*self.others, *more))
