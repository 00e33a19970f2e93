"""Whether a file is text, and in which encoding an editor or a shell has written it."""

import codecs

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins as UTF-16 does, and so comes first
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def text_in(data: bytes, *, whole: bool = True) -> str | None:
    """The text that some bytes hold, or None for bytes that are not text.

    A text is UTF-8, or UTF-16 or UTF-32 with a byte order mark, and has only printable characters
    and white space in it: a frame begins with a byte that is neither (RFC 6455 §5.2). PowerShell
    writes UTF-16 when it redirects output. ``whole``: nothing was cut off at the end.

    >>> text_in(codecs.BOM_UTF16_LE + "81 05".encode("utf-16-le")), text_in(b"\\x81\\x05Hello")
    ('81 05', None)
    """
    mark, name = next(((m, n) for m, n in _MARKS.items() if data.startswith(m)), (b"", "utf-8"))
    if not mark and data[1::2].count(0) == len(data) // 2 > 1:  # Latin letters in UTF-16
        name = "utf-16-le"
    decoder = codecs.getincrementaldecoder(name)()
    try:
        text = decoder.decode(data[len(mark) :], final=whole)
    except UnicodeDecodeError:
        return None
    ours = all(character.isprintable() or character.isspace() for character in text)
    return text if ours and not any(c in text for c in "\x1c\x1d\x1e\x1f") else None
