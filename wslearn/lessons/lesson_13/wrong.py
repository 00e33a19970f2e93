"""Typical wrong answers to the exercises of lesson 13, and what each one comes from."""

import json

from wslearn.checking.exercise import wrong

from .solutions import output_of, unpack_parts

HEADERS = {
    "Host": "{host}",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "{key}",
    "Sec-WebSocket-Version": "13",
    "Authorization": "token {token}",
}


def request(given, line="GET {path} HTTP/1.1", end="\r\n\r\n", new_line="\r\n", **changed):
    """The right answer to 13.1, but for what is changed; an empty value leaves a header out."""
    headers = HEADERS | {name.replace("_", "-"): value for name, value in changed.items()}
    named = dict(zip(("host", "path", "key", "token"), given, strict=True))
    lines = [line, *(f"{name}: {value}" for name, value in headers.items() if value)]
    return (new_line.join(one.format(**named) for one in lines) + end).encode()


@wrong("13.1")
def empty_line_missing(*given):
    """The empty line at the end is missing. Without it the server waits for more headers: end with
    two line ends, one for the last header and one for the empty line."""
    return request(given, end="\r\n")


@wrong("13.1")
def last_line_end_missing(*given):
    """Nothing stands behind the last header. It needs its own line end, and then an empty line."""
    return request(given, end="")


@wrong("13.1")
def one_line_end_too_many(*given):
    """One line end too many. After the first empty line everything counts as the first frame."""
    return request(given, end="\r\n\r\n\r\n")


@wrong("13.1")
def line_feeds_alone(*given):
    """The lines end with \\n alone. In HTTP a line ends with two characters, \\r\\n."""
    return request(given, new_line="\n", end="\n\n")


@wrong("13.1")
def authorization_missing(*given):
    """Authorization is missing, so Jupyter answers 403. Its value is the word token, a space, and
    the token."""
    return request(given, Authorization="")


@wrong("13.1")
def token_alone(*given):
    """Authorization holds the token alone. The word token comes first, then a space."""
    return request(given, Authorization="{token}")


@wrong("13.1")
def bearer(*given):
    """Many servers want the word Bearer before a token. The task asks for the word token."""
    return request(given, Authorization="Bearer {token}")


@wrong("13.1")
def version_missing(*given):
    """Sec-WebSocket-Version is missing. The server then answers 426."""
    return request(given, Sec_WebSocket_Version="")


@wrong("13.1")
def connection_missing(*given):
    """The header Connection is missing. Upgrade alone is not enough: both are needed."""
    return request(given, Connection="")


@wrong("13.1")
def upgrade_missing(*given):
    """The header Upgrade is missing. It names the protocol that the connection should change to:
    websocket."""
    return request(given, Upgrade="")


@wrong("13.1")
def host_missing(*given):
    """The header Host is missing. HTTP/1.1 asks for it in every request."""
    return request(given, Host="")


@wrong("13.1")
def values_swapped(*given):
    """The values of Upgrade and Connection are swapped. Upgrade names the protocol, websocket;
    Connection says Upgrade."""
    return request(given, Upgrade="Upgrade", Connection="websocket")


@wrong("13.1")
def accept_in_place_of_key(*given):
    """Sec-WebSocket-Accept is in the server's reply. The request has Sec-WebSocket-Key."""
    return request(given, Sec_WebSocket_Key="", Sec_WebSocket_Accept="{key}")


@wrong("13.1")
def whole_address(*given):
    """The first line names the whole address. Only the path belongs there; the host has a header of
    its own."""
    return request(given, line="GET ws://{host}{path} HTTP/1.1")


@wrong("13.1")
def http_version_missing(*given):
    """The first line ends too early. The version of HTTP belongs there: HTTP/1.1."""
    return request(given, line="GET {path}")


def stream_texts(messages, fits=lambda message: True):
    return [m["content"]["text"] for m in messages if m["msg_type"] == "stream" and fits(m)]


@wrong("13.2")
def output_of_every_cell(messages, msg_id):
    """The output of every cell was taken. Only messages whose parent header holds our msg_id answer
    us."""
    return "".join(stream_texts(messages))


@wrong("13.2")
def parent_expected(messages, msg_id):
    """A message may have no parent: its parent header is empty. Ask with .get("msg_id"), which then
    gives None."""
    return "".join(stream_texts(messages, lambda m: m["parent_header"]["msg_id"] == msg_id))


@wrong("13.2")
def own_header(messages, msg_id):
    """It looked at the message's own header. An answer has the msg_id of the request in its parent
    header."""
    return "".join(stream_texts(messages, lambda m: m["header"]["msg_id"] == msg_id))


@wrong("13.2")
def first_piece_only(messages, msg_id):
    """Only the first piece was taken. A cell may print many times, and each time a message comes: a
    `return` in the loop is too early."""
    for message in messages:
        if text := output_of([message], msg_id):
            return text
    return ""


@wrong("13.2")
def every_kind_with_a_text(messages, msg_id):
    """Another kind of message has a text as well, and it was taken too. Output comes in messages of
    the kind stream."""
    ours = [m for m in messages if m["parent_header"].get("msg_id") == msg_id]
    return "".join(m["content"]["text"] for m in ours if "text" in m["content"])


@wrong("13.2")
def joined_with_line_ends(messages, msg_id):
    """Something was put between the pieces. What a cell prints has its line ends in it already."""
    return "\n".join(filter(None, (output_of([message], msg_id) for message in messages)))


@wrong("13.2")
def list_of_pieces(messages, msg_id):
    """It is a list of pieces. The task asks for one text: put the pieces together."""
    return [text for message in messages if (text := output_of([message], msg_id))]


def packed(parts, *, order="little", width=8, count=1, first=2, last=True, sizes=False):
    """The right answer to 13.3, with something else in it than there should be."""
    offsets = [width * (len(parts) + first)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    if sizes:
        offsets = [len(part) for part in parts]
    elif not last:
        offsets.pop()
    numbers = [len(parts) + count, *offsets]
    return b"".join([number.to_bytes(width, order) for number in numbers] + parts)


@wrong("13.3")
def network_byte_order(parts):
    """The numbers are in network byte order, as in a frame's header. Jupyter's are little-endian:
    the byte that counts least comes first."""
    return packed(parts, order="big")


@wrong("13.3")
def last_offset_missing(parts):
    """The last offset is missing, the one that says where the last part ends. So all numbers came
    out too small."""
    return packed(parts, count=0, first=1, last=False)


@wrong("13.3")
def parts_counted(parts):
    """The first number counts the parts. It should count the offsets, and there is one more offset
    than parts."""
    return packed(parts, count=0)


@wrong("13.3")
def first_number_forgotten(parts):
    """The offsets begin too early. Count the first number too: like each offset it takes eight
    bytes."""
    return packed(parts, first=1)


@wrong("13.3")
def counted_from_the_parts(parts):
    """The offsets are counted from the first part. They are counted from the first byte of the
    message, where the numbers stand."""
    return packed(parts, first=-len(parts))


@wrong("13.3")
def sizes(parts):
    """These are sizes. An offset says where a part begins: where the part before began, plus its
    size."""
    return packed(parts, sizes=True)


@wrong("13.3")
def four_bytes_each(parts):
    """The numbers take four bytes each. They should take eight."""
    return packed(parts, width=4)


@wrong("13.3")
def parts_missing(parts):
    """The parts themselves are missing behind the numbers."""
    return packed(parts)[: 8 * (len(parts) + 2)]


@wrong("13.3")
def count_missing(parts):
    """The first number is missing: how many offsets follow."""
    return packed(parts)[8:]


def unpacked(
    data,
    *,
    order="little",
    enough=2,
    needed=lambda count: 8 * (count + 1),
    rising=sorted,
    behind=lambda offset, data: offset > len(data),
):
    """The right answer to 13.4, with a check left out or done otherwise."""
    count = min(int.from_bytes(data[:8], order), 1000)  # so that it comes to an end
    if count < enough or needed(count) > len(data):
        return None
    offsets = [int.from_bytes(data[8 * i : 8 * i + 8], order) for i in range(1, count + 1)]
    if offsets != rising(offsets) or behind(offsets[-1], data):
        return None
    return [data[offsets[i] : offsets[i + 1]] for i in range(count - 1)]


@wrong("13.4")
def big_endian(data):
    """The numbers were read in network byte order, and came out far too large. Jupyter's are
    little-endian: int.from_bytes(..., \"little\")."""
    return unpacked(data, order="big")


@wrong("13.4")
def last_part_missing(data):
    """The last part is missing. Between n offsets lie n - 1 parts."""
    return None if (parts := unpack_parts(data)) is None else parts[:-1]


@wrong("13.4")
def count_believed(data):
    """The first number was believed. Fewer bytes may be there than so many offsets need: compare 8
    * (count + 1) with len(data) before you read them."""
    return unpacked(data, needed=lambda count: 0)


@wrong("13.4")
def eight_bytes_too_few(data):
    """Eight bytes too few were asked for. The first number takes eight bytes as well, so 8 * (count
    + 1) have to be there."""
    return unpacked(data, needed=lambda count: 8 * count)


@wrong("13.4")
def offsets_have_to_be_all(data):
    """A message whose parts are all empty was refused. Offsets alone are enough: fewer bytes than
    they need is `<`, and not `<=`."""
    return unpacked(data, needed=lambda count: 8 * (count + 1) + 1)


@wrong("13.4")
def fewer_than_two_not_refused(data):
    """Fewer than two offsets were not refused. One offset holds no part, and none cannot even be
    read."""
    return unpacked(data, enough=0)


@wrong("13.4")
def two_not_enough(data):
    """Two offsets were refused. They are enough for one part: fewer than two is `< 2`."""
    return unpacked(data, enough=3)


@wrong("13.4")
def behind_the_end(data):
    """An offset may lie behind the end of the message. Python's slices do not complain, so you have
    to."""
    return unpacked(data, behind=lambda offset, data: False)


@wrong("13.4")
def end_itself_refused(data):
    """An offset equal to the length of the message was refused. The last part ends exactly there:
    only larger ones lie behind the end."""
    return unpacked(data, behind=lambda offset, data: offset >= len(data))


@wrong("13.4")
def nothing_may_follow(data):
    """A message that goes on behind the last offset was refused. That is none of the four reasons:
    only an offset behind the end of the message is wrong."""
    return unpacked(data, behind=lambda offset, data: offset != len(data))


@wrong("13.4")
def falling_offsets(data):
    """An offset smaller than the one before it passed. A part cannot end before it begins."""
    return unpacked(data, rising=list)


@wrong("13.4")
def equal_offsets_refused(data):
    """Two equal offsets were refused. Between them lies an empty part, which is allowed."""
    return unpacked(data, rising=lambda offsets: sorted(set(offsets)))


@wrong("13.4")
def nothing_checked(data):
    """The parts are right, but nothing was checked. What comes from the network may hold any
    number: return None where the numbers cannot be right."""
    return unpacked(data, enough=0, needed=lambda count: 0, rising=list, behind=lambda *_: False)


@wrong("13.4")
def empty_list(data):
    """For a message that cannot be right the task asks for None, not for an empty list."""
    return unpack_parts(data) or []


@wrong("13.4")
def one_part_too_many(data):
    """One part too many. The last offset does not begin a part, it ends the last one."""
    parts = unpack_parts(data)
    if parts is None:
        return None
    count = int.from_bytes(data[:8], "little")
    return [*parts, data[int.from_bytes(data[8 * count : 8 * count + 8], "little") :]]


@wrong("13.4")
def count_taken_for_an_offset(data):
    """The first number was taken for an offset. It says how many follow: offset 1 stands in
    data[8:16]."""
    count = int.from_bytes(data[:8], "little")
    if count < 2 or 8 * (count + 1) > len(data):
        return None
    offsets = [int.from_bytes(data[8 * i : 8 * i + 8], "little") for i in range(count)]
    if offsets != sorted(offsets) or offsets[-1] > len(data):
        return None
    return [data[offsets[i] : offsets[i + 1]] for i in range(count - 1)]


def read(
    opcode, payload, *, order="little", text=1, header=1, parent=lambda of: of.get("msg_id", "")
):
    """The right answer to 13.5, with something read from where it is not."""
    if opcode == text:
        message = json.loads(payload)
        channel, parts = message["channel"], [message["header"], message["parent_header"]]
    else:
        offsets = [int.from_bytes(payload[8 * i : 8 * i + 8], order) for i in range(1, 6)]
        cut = [payload[offsets[i] : offsets[i + 1]] for i in range(4)]
        channel = cut[0].decode()
        parts = [json.loads(cut[header]), json.loads(cut[header + 1])]
    return channel, parts[0]["msg_type"], parent(parts[1])


@wrong("13.5")
def all_taken_for_text(opcode, payload):
    """A binary message is not JSON: numbers stand in front. The opcode says which form it has."""
    return read(1, payload)


@wrong("13.5")
def all_taken_for_binary(opcode, payload):
    """A text message has no offsets: the whole payload is one piece of JSON."""
    return read(2, payload)


@wrong("13.5")
def forms_mixed_up(opcode, payload):
    """The two forms are mixed up. Text has opcode 1, binary has opcode 2."""
    return read(opcode, payload, text=2)


@wrong("13.5")
def offsets_big_endian(opcode, payload):
    """The offsets were read in network byte order. Jupyter's are little-endian."""
    return read(opcode, payload, order="big")


@wrong("13.5")
def parts_one_too_far(opcode, payload):
    """The parts were counted one too far. The first part is the channel, the second the header, the
    third the parent header."""
    return read(opcode, payload, header=2)


@wrong("13.5")
def none_without_a_parent(opcode, payload):
    """Without a parent None was returned. The task asks for an empty text: .get("msg_id", "")."""
    return read(opcode, payload, parent=lambda of: of.get("msg_id"))


@wrong("13.5")
def own_id(opcode, payload):
    """That is the message's own msg_id. The one that it answers is in the parent header."""
    return (*read(opcode, payload)[:2], "k")


@wrong("13.5")
def parent_needed(opcode, payload):
    """A message may have no parent: its parent header is empty. Then the task asks for an empty
    text: .get("msg_id", "")."""
    return read(opcode, payload, parent=lambda of: of["msg_id"])


@wrong("13.5")
def a_list(opcode, payload):
    """It is a list. The task asks for a tuple: return channel, kind, parent."""
    return list(read(opcode, payload))
