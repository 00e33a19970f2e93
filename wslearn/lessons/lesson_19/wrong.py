"""Lesson 19: typical wrong answers; the docstring of each is what the student is told."""

from wslearn.checking.exercise import wrong

from .subprotocols import ENGINE, SOCKET

# -- 19.1 ------------------------------------------------------------------------------------------


def packet(text, *, split=True, comma=False, most=99, number=int, alone="/"):
    """The right answer, but for what is changed."""
    kind, rest = ENGINE[int(text[0])], text[1:]
    if kind != "message":
        return kind, "", None, rest
    kind, rest = SOCKET[int(rest[0])], rest[1:]
    namespace = alone
    if rest.startswith("/") and split:
        namespace, found, rest = rest.partition(",")
        namespace = namespace + (found if comma else "")
    digits = ""
    while rest[:1].isdecimal() and len(digits) < most:
        digits, rest = digits + rest[0], rest[1:]
    return kind, namespace, number(digits) if digits else None, rest


@wrong("19.1")
def engine_alone(text):
    """Only Engine.IO's type was read. If that is a message, a second digit follows it, Socket.IO's:
    these are two protocols, one on top of the other."""
    return ENGINE[int(text[0])], "", None, text[1:]


@wrong("19.1")
def every_packet_a_message(text):
    """A ping or an open was read as if it were a message. Only after Engine.IO's 4 comes a type of
    Socket.IO."""
    if text[1:2].isdecimal():
        return packet(text)
    return SOCKET[int(text[0])], "/", None, text[1:]


@wrong("19.1")
def namespace_left_in(text):
    """The namespace was left in the rest. If the text after the types begins with /, take off all
    that stands before the comma, and the comma."""
    return packet(text, split=False)


@wrong("19.1")
def namespace_with_its_comma(text):
    """The comma is only the end of the namespace, and no part of it."""
    return packet(text, comma=True)


@wrong("19.1")
def no_namespace_is_none(text):
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
def number_left_in(text):
    """The digits in front of the JSON were left in the rest. They are the number of the
    acknowledgement."""
    return packet(text, most=0)


@wrong("19.1")
def zero_is_none(text):
    """A 0 became None. It is a number like any other, and often the first one that a client
    takes: ask whether there are digits, not whether the number is true."""
    kind, namespace, number, rest = packet(text)
    return kind, namespace, number or None, rest


# -- 19.2 ------------------------------------------------------------------------------------------


def length(data, *, bits=7, most=4, mask=127, backwards=False, size=True, short=None):
    """The right answer, but for what is changed."""
    total = 0
    for index, byte in enumerate(data[:most]):
        if backwards:
            total = total * 2**bits + (byte & mask)
        else:
            total = total + (byte & mask) * 2 ** (bits * index)
        if byte < 128:
            return (total, index + 1) if size else total
    return short


@wrong("19.2")
def first_byte_alone(data):
    """Only the first byte was read. Its top bit says whether the number goes on."""
    return (data[0] & 127, 1) if data else None


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


@wrong("19.2")
def no_end(data):
    """A fifth byte was read. There are at most four: whoever sends more makes you count without
    end."""
    return length(data, most=99)


@wrong("19.2")
def only_three(data):
    """The fourth byte was not read. There may be four."""
    return length(data, most=3)


@wrong("19.2")
def without_its_size(data):
    """The number alone is not enough: whoever reads on has to know how many bytes it took."""
    return length(data, size=False)


@wrong("19.2")
def unfinished_is_zero(data):
    """The bytes were used up before the number had ended, and something came out all the same. More
    may come later: return None."""
    return length(data, short=(0, 0))


@wrong("19.2")
def as_websocket_does(data):
    """That is the length of a WebSocket frame: 126 and 127 as marks. In MQTT they are numbers like
    all others."""
    if not data:
        return None
    seven_bits = data[0] & 127
    if seven_bits == 126:
        return int.from_bytes(data[1:3], "big"), 3
    if seven_bits == 127:
        return int.from_bytes(data[1:9], "big"), 9
    return seven_bits, 1


# -- 19.3 ------------------------------------------------------------------------------------------


@wrong("19.3")
def up_to_the_first_nul(frame):
    """The body was cut at its first byte 0. If content-length is there, it alone decides: such a
    body may hold any byte."""
    return frame.partition(b"\n\n")[2].partition(b"\0")[0]


@wrong("19.3")
def all_but_the_last_byte(frame):
    """All but the last byte was taken. Line ends and other frames may follow, and then the 0 is not
    the last byte."""
    return frame.partition(b"\n\n")[2][:-1]


@wrong("19.3")
def the_last_empty_line(frame):
    """The body was looked for behind the last empty line. The first one ends the headers; a body
    may hold others."""
    head, _, rest = frame.rpartition(b"\n\n")
    return stomp(head, rest)


def stomp(head, rest, *, last=False, anywhere=False):
    """The right answer, but for what is changed."""
    sizes = []
    for line in head.split(b"\n")[1:]:
        name, _, value = line.partition(b":")
        if anywhere and b"content-length:" in line:
            sizes.append(int(line.rpartition(b":")[2]))
        elif name == b"content-length":
            sizes.append(int(value))
    if not sizes:
        return rest.partition(b"\0")[0]
    return rest[: sizes[-1 if last else 0]]


@wrong("19.3")
def the_last_header_counts(frame):
    """content-length was there twice, and the last one was taken. In STOMP the first one counts."""
    head, _, rest = frame.partition(b"\n\n")
    return stomp(head, rest, last=True)


@wrong("19.3")
def anywhere_in_a_line(frame):
    """content-length was found inside another header. Compare the whole name, up to the first
    colon."""
    head, _, rest = frame.partition(b"\n\n")
    return stomp(head, rest, anywhere=True)


@wrong("19.3")
def with_the_nul(frame):
    """The byte 0 at the end belongs to the frame, not to the body."""
    head, _, rest = frame.partition(b"\n\n")
    return rest[: len(stomp(head, rest)) + 1]


@wrong("19.3")
def characters(frame):
    """content-length was counted in characters. It counts bytes, and some characters have more than
    one."""
    head, _, rest = frame.partition(b"\n\n")
    body = stomp(head, rest)
    if b"content-length" not in head:
        return body
    return rest.decode(errors="replace")[: len(body)].encode()


# -- 19.4 ------------------------------------------------------------------------------------------


def block(
    path, headers, *, method="CONNECT", protocol=True, scheme="https", drops=("key",),
    lower=True, host="authority",
):  # fmt: skip
    """The right answer, but for what is changed."""
    dropped = {"upgrade", "connection", *(f"sec-websocket-{name}" for name in drops)}
    first = [(":method", method), (":protocol", "websocket"), (":scheme", scheme), (":path", path)]
    made = [pair for pair in first if protocol or pair[0] != ":protocol"]
    kept = []
    for name, value in headers:
        if name.lower() == "host" and host == "authority":
            made.append((":authority", value))
        elif name.lower() not in dropped:
            kept.append((name.lower() if lower else name, value))
    return made + kept


@wrong("19.4")
def still_get(path, headers):
    """The method was GET. Over HTTP/2 a WebSocket is opened with CONNECT (RFC 8441 §4)."""
    return block(path, headers, method="GET")


@wrong("19.4")
def no_protocol(path, headers):
    """:protocol is missing. Without it a CONNECT asks a proxy for a TCP connection; it is this line
    that asks for a WebSocket (RFC 8441 §5)."""
    return block(path, headers, protocol=False)


@wrong("19.4")
def scheme_of_the_websocket(path, headers):
    """:scheme is that of HTTP: https for a wss address (RFC 8441 §5)."""
    return block(path, headers, scheme="wss")


@wrong("19.4")
def key_kept(path, headers):
    """The key was kept. Nobody answers it any more: :protocol shows that the server knows what a
    WebSocket is (RFC 8441 §5)."""
    return block(path, headers, drops=())


@wrong("19.4")
def version_dropped(path, headers):
    """One Sec- header too many was dropped. The version, the subprotocols and the extensions are
    used as before (RFC 8441 §5)."""
    return block(path, headers, drops=("key", "version", "protocol", "extensions"))


@wrong("19.4")
def names_as_they_came(path, headers):
    """Some names have capitals. In HTTP/2 they are in lower case (RFC 9113 §8.2)."""
    return block(path, headers, lower=False)


@wrong("19.4")
def host_kept(path, headers):
    """Host was kept as it is. Over HTTP/2 :authority says it (RFC 8441 §5)."""
    return block(path, headers, host="kept")


@wrong("19.4")
def letter_by_letter(path, headers):
    """A header was written with different capitals, and was not recognised. Compare
    name.lower()."""
    kept = [pair for pair in headers if pair[0] not in ("Upgrade", "Connection")]
    kept = [pair for pair in kept if pair[0] != "Sec-WebSocket-Key"]
    made = block(path, [pair for pair in kept if pair[0] == "Host"])
    return made + [(name.lower(), value) for name, value in kept if name != "Host"]


# -- 19.5 ------------------------------------------------------------------------------------------


def frames(data, *, sized=3, head=9, low=31, order="big", cut=False):
    """The right answer, but for what is changed."""
    found = []
    while len(data) >= 9:
        size = int.from_bytes(data[3 - sized : 3], order)
        if len(data) < head + size and not cut:
            break
        stream = int.from_bytes(data[5:9], order) & (2**low - 1)
        found.append((data[3], data[4], stream, data[9 : head + size]))
        data = data[max(head + size, 9) :]
    return found


@wrong("19.5")
def with_the_reserved_bit(data):
    """The reserved bit was read as a part of the stream. Whoever receives it has to ignore it:
    & (2**31 - 1)."""
    return frames(data, low=32)


@wrong("19.5")
def length_of_the_whole_frame(data):
    """The length was taken for that of the whole frame. It counts the payload alone, without the
    nine bytes before it."""
    return frames(data, head=0)


@wrong("19.5")
def one_byte_of_length(data):
    """Only the last byte of the length was read. It has three: a payload may be longer than 255."""
    return frames(data, sized=1)


@wrong("19.5")
def little_endian(data):
    """The numbers were read with their lowest byte first. HTTP/2 uses network byte order, as
    WebSocket does."""
    return frames(data, order="little")


@wrong("19.5")
def unfinished_too(data):
    """A frame that has not come whole was returned. Leave it out: the rest of it comes later."""
    return frames(data, cut=True)


@wrong("19.5")
def the_first_alone(data):
    """Only the first frame came out. What follows its payload is the next one."""
    return frames(data)[:1]


@wrong("19.5")
def short_stream(data):
    """Only the last byte of the stream was read. It has four bytes, without the top bit."""
    return [(kind, flags, stream & 255, payload) for kind, flags, stream, payload in frames(data)]
