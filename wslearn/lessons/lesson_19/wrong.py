"""Lesson 19: typical wrong answers; the docstring of each is what the student is told."""

from wslearn.checking.exercise import wrong

from .subprotocols import ENGINE, SOCKET
from .writing import http2_frame, stomp_frame

# -- 19.1 ------------------------------------------------------------------------------------------


def packet(text, *, comma=False, most=99, number=int, alone="/"):
    """The right answer, except for what is changed."""
    kind, rest = ENGINE[int(text[0])], text[1:]
    if kind != "message":
        return kind, "", None, rest
    kind, rest = SOCKET[int(rest[0])], rest[1:]
    namespace = alone
    if rest.startswith("/"):
        namespace, found, rest = rest.partition(",")
        namespace = namespace + (found if comma else "")
    digits = ""
    while rest[:1].isdecimal() and len(digits) < most:
        digits, rest = digits + rest[0], rest[1:]
    return kind, namespace, number(digits) if digits else None, rest


@wrong("19.1", ("41/class,",))
def namespace_with_its_comma(text):
    """The comma is only the end of the namespace, not part of it."""
    return packet(text, comma=True)


@wrong("19.1")
def no_namespace_is_empty(text):
    """A packet without a namespace is for the one that is always there: /."""
    return packet(text, alone="")


@wrong("19.1")
def one_digit(text):
    """The number can have more than one digit: go on as long as there are digits."""
    return packet(text, most=1)


@wrong("19.1")
def number_as_text(text):
    """The number is still text: int(digits)."""
    return packet(text, number=str)


@wrong("19.1")
def zero_is_none(text):
    """A 0 became None. It is a number like any other, and often the first one that a client uses:
    check whether there are digits, not whether the number is true."""
    kind, namespace, number, rest = packet(text)
    return kind, namespace, number or None, rest


# -- 19.2 ------------------------------------------------------------------------------------------


def length(data, *, bits=7, most=4, mask=127, backwards=False, short=lambda *_: None):
    """The right answer, except for what is changed."""
    total = index = 0
    for index, byte in enumerate(data[:most]):
        if backwards:
            total = total * 2**bits + (byte & mask)
        else:
            total = total + (byte & mask) * 2 ** (bits * index)
        if byte < 128:
            return total, index + 1
    return short(total, index + 1)


@wrong("19.2")
def network_byte_order(data):
    """The first byte was taken for the most significant one, as in a WebSocket frame. MQTT writes
    the lowest seven bits first."""
    return length(data, backwards=True)


@wrong("19.2")
def eight_bits_a_byte(data):
    """Each byte was worth 256 times the one before it. It holds only seven bits: 128 times."""
    return length(data, bits=8)


@wrong("19.2")
def with_the_top_bit(data):
    """The top bit was counted with the number. It only says whether another byte follows: byte &
    127."""
    return length(data, mask=255)


@wrong("19.2", (b"\x80\x80\x80\x80\x01",))
def no_end(data):
    """A fifth byte was read. There are at most four: without that limit, a sender could make you
    count for ever."""
    return length(data, most=99)


@wrong("19.2", (b"\xc1",))
def unfinished_all_the_same(data):
    """The bytes were used up before the number had ended, and a number was returned all the same.
    More may come later: return None."""
    return length(data, short=lambda total, size: (total, size))


# -- 19.3 ------------------------------------------------------------------------------------------


def stomp(head, rest, *, last=False, anywhere=False, otherwise=lambda rest: rest.split(b"\0")[0]):
    """The right answer, except for what is changed."""
    sizes = []
    for line in head.split(b"\n")[1:]:
        name, _, value = line.partition(b":")
        if anywhere and b"content-length:" in line:
            sizes.append(int(line.rpartition(b":")[2]))
        elif name == b"content-length":
            sizes.append(int(value))
    return rest[: sizes[-1 if last else 0]] if sizes else otherwise(rest)


@wrong("19.3")
def up_to_the_first_nul(frame):
    """The body was cut at its first byte 0. If there is a content-length, it alone decides: such a
    body may hold any byte."""
    return frame.partition(b"\n\n")[2].partition(b"\0")[0]


@wrong("19.3", (stomp_frame(b"tea") + b"\n\n",))
def all_but_the_last_byte(frame):
    """Without a content-length all but the last byte was taken. Line ends and other frames may
    follow, and then the 0 is not the last byte: the body ends before the first 0."""
    head, _, rest = frame.partition(b"\n\n")
    return stomp(head, rest, otherwise=lambda rest: rest[:-1])


@wrong("19.3", (stomp_frame(b"a\n\nb"),))
def split_at_each_empty_line(frame):
    """The body was cut at an empty line of its own. Only the first one ends the headers:
    split(b"\\n\\n", 1) cuts once."""
    head, rest, *_ = frame.split(b"\n\n")
    return stomp(head, rest)


@wrong("19.3", (stomp_frame(b"a\0b", b"content-length:3", b"content-length:1"),))
def the_last_header_counts(frame):
    """content-length was there twice, and the last one was taken. In STOMP the first one counts."""
    head, _, rest = frame.partition(b"\n\n")
    return stomp(head, rest, last=True)


@wrong("19.3", (stomp_frame(b"tea", b"x-content-length:1"),))
def anywhere_in_a_line(frame):
    """content-length was found inside another header. Compare the whole name, up to the first
    colon."""
    head, _, rest = frame.partition(b"\n\n")
    return stomp(head, rest, anywhere=True)


@wrong("19.3")
def characters(frame):
    """content-length was counted in characters. It counts bytes, and some characters take more than
    one."""
    head, _, rest = frame.partition(b"\n\n")
    body = stomp(head, rest)
    if b"content-length" not in head:
        return body
    return rest.decode(errors="replace")[: len(body)].encode()


# -- 19.4 ------------------------------------------------------------------------------------------


def block(
    path, headers, *, scheme="https", drops=("upgrade", "connection", "sec-websocket-key", "host"),
    lower=True,
):  # fmt: skip
    """The right answer, except for what is changed."""
    host = next(value for name, value in headers if name.lower() == "host")
    made = [
        (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", scheme), (":path", path),
        (":authority", host),
    ]  # fmt: skip
    for name, value in headers:
        if not name.lower().startswith(drops):
            made.append((name.lower() if lower else name, value))
    return made


@wrong("19.4")
def scheme_of_the_websocket(path, headers):
    """:scheme is that of HTTP: https for a wss address (RFC 8441 §5)."""
    return block(path, headers, scheme="wss")


@wrong("19.4")
def every_sec_header_dropped(path, headers):
    """One Sec- header too many was dropped. The version, the subprotocols and the extensions are
    used as before (RFC 8441 §5)."""
    return block(path, headers, drops=("upgrade", "connection", "sec-websocket-", "host"))


@wrong("19.4")
def names_as_they_came(path, headers):
    """Some names have capitals. In HTTP/2 they are in lower case (RFC 9113 §8.2)."""
    return block(path, headers, lower=False)


@wrong("19.4")
def host_kept_as_well(path, headers):
    """Host is still among the others. Over HTTP/2, :authority takes its place (RFC 8441 §5)."""
    return block(path, headers, drops=("upgrade", "connection", "sec-websocket-key"))


@wrong("19.4")
def one_value_a_name(path, headers):
    """A header that came twice is there only once: a dictionary keeps one value for each name. Go
    through the list itself."""
    return list(dict(block(path, headers)).items())


@wrong("19.4")
def letter_by_letter(path, headers):
    """A header was not recognised because its name was in another case. Compare name.lower()."""
    kept = [pair for pair in headers if pair[0] not in ("Upgrade", "Connection")]
    kept = [pair for pair in kept if pair[0] not in ("Sec-WebSocket-Key", "Host")]
    return block(path, headers)[:5] + [(name.lower(), value) for name, value in kept]


# -- 19.5 ------------------------------------------------------------------------------------------


def frames(data, *, least=9, head=9, low=31, cut=False):
    """The right answer, except for what is changed."""
    found = []
    while len(data) >= least:
        size = int.from_bytes(data[:3], "big")
        if len(data) < head + size and not cut:
            break
        stream = int.from_bytes(data[5:9], "big") & (2**low - 1)
        found.append((data[3], data[4], stream, data[9 : head + size]))
        data = data[max(head + size, 9) :]
    return found


@wrong("19.5")
def with_the_reserved_bit(data):
    """The reserved bit was read as part of the stream. The receiver has to ignore it: & (2**31 -
    1)."""
    return frames(data, low=32)


@wrong("19.5")
def length_of_the_whole_frame(data):
    """The length was taken for that of the whole frame. It counts only the payload, without the
    nine bytes before it."""
    return frames(data, head=0)


@wrong("19.5")
def more_than_nine(data):
    """A frame without a payload was left out at the end. Nine bytes are a whole frame if its length
    is 0."""
    return frames(data, least=10)


@wrong("19.5", (http2_frame(0, 0, 1, b"Hello")[:-1],))
def unfinished_too(data):
    """A frame was returned before all of it had come. Leave it out: the rest of it comes later."""
    return frames(data, cut=True)
