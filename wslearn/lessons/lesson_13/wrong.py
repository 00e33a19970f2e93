"""Typical wrong answers to the exercises of lesson 13, and what each one comes from."""

import json

from wslearn.checking.exercise import wrong

from .solutions import opening_request, output_of


@wrong("13.1")
def last_line_end_missing(host, path, key, token):
    """Nothing follows the last header. It needs its own line end, and then an empty line."""
    return opening_request(host, path, key, token)[:-4]


@wrong("13.1")
def empty_line_missing(host, path, key, token):
    """The empty line at the end is missing. Without it the server waits for more headers: end with
    two line ends, one for the last header and one for the empty line."""
    return opening_request(host, path, key, token)[:-2]


@wrong("13.1")
def bearer(host, path, key, token):
    """Many servers want the word Bearer before a token. The task asks for the word token."""
    return opening_request(host, path, key, token).replace(b": token ", b": Bearer ")


@wrong("13.1")
def token_alone(host, path, key, token):
    """Authorization holds only the token. The word token comes first, then a space."""
    return opening_request(host, path, key, token).replace(b": token ", b": ")


@wrong("13.1")
def version_missing(host, path, key, token):
    """Sec-WebSocket-Version is missing. The server then answers 426."""
    return opening_request(host, path, key, token).replace(b"Sec-WebSocket-Version: 13\r\n", b"")


@wrong("13.2")
def output_of_every_cell(messages, msg_id):
    """The output of every cell was taken. Only messages whose parent header holds our msg_id answer
    us."""
    text = ""
    for message in messages:
        if message["msg_type"] == "stream":
            text = text + message["content"]["text"]
    return text


@wrong("13.2")
def own_header(messages, msg_id):
    """It looked at the message's own header. An answer has the msg_id of the request in its parent
    header."""
    text = ""
    for message in messages:
        if message["header"]["msg_id"] == msg_id and message["msg_type"] == "stream":
            text = text + message["content"]["text"]
    return text


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
    text = ""
    for message in messages:
        parent = message["parent_header"].get("msg_id")
        if parent == msg_id and "text" in message["content"]:
            text = text + message["content"]["text"]
    return text


def packed(parts, *, order="little", count=1, first=2, last=True):
    """The right answer to 13.3, with something else in it than there should be."""
    offsets = [8 * (len(parts) + first)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    if not last:
        offsets.pop()
    numbers = [len(parts) + count, *offsets]
    return b"".join([number.to_bytes(8, order) for number in numbers] + parts)


@wrong("13.3")
def last_offset_missing(parts):
    """The last offset is missing, the one that says where the last part ends. So all numbers came
    out too small."""
    return packed(parts, count=0, first=1, last=False)


@wrong("13.3")
def first_number_forgotten(parts):
    """The offsets begin too early. Count the first number too: like each offset it takes eight
    bytes."""
    return packed(parts, first=1)


@wrong("13.3")
def counted_from_the_parts(parts):
    """The offsets are counted from the first part. They are counted from the first byte of the
    message, where the numbers are."""
    return packed(parts, first=-len(parts))


@wrong("13.3")
def parts_counted(parts):
    """The first number counts the parts. It should count the offsets, and there is one more offset
    than parts."""
    return packed(parts, count=0)


@wrong("13.3")
def network_byte_order(parts):
    """The numbers are in network byte order, as in a frame's header. Jupyter's are little-endian:
    the byte that counts least comes first."""
    return packed(parts, order="big")


def unpacked(data, *, order="little", fewest=2, sized=8, rising=True, inside=True, begin=1):
    """The right answer to 13.4, with a check left out or done differently.

    ``sized`` is how many bytes have to be there besides the offsets, None: nobody asks.
    """
    count = int.from_bytes(data[:8], order)
    if count < fewest or (sized is not None and 8 * count + sized > len(data)):
        return None
    numbers = range(begin, count + begin)
    offsets = [int.from_bytes(data[8 * i : 8 * i + 8], order) for i in numbers]
    if (rising and offsets != sorted(offsets)) or (inside and offsets[-1] > len(data)):
        return None
    return [data[offsets[i] : offsets[i + 1]] for i in range(count - 1)]


@wrong("13.4")
def nothing_checked(data):
    """The parts are right, but nothing was checked. What comes from the network may hold any
    number: return None where the numbers cannot be right."""
    return unpacked(data, fewest=0, sized=None, rising=False, inside=False)


@wrong("13.4")
def count_believed(data):
    """The first number was believed. Fewer bytes may be there than that many offsets need: compare
    8 * (count + 1) with len(data) before you read them."""
    return unpacked(data, sized=None)


@wrong("13.4")
def eight_bytes_too_few(data):
    """Eight bytes too few were asked for. The first number takes eight bytes as well, so 8 * (count
    + 1) have to be there."""
    return unpacked(data, sized=0)


@wrong("13.4")
def falling_offsets(data):
    """An offset smaller than the one before it passed. A part cannot end before it begins."""
    count = int.from_bytes(data[:8], "little")
    if count < 2 or 8 * (count + 1) > len(data):
        return None
    offsets = []
    for index in range(1, count + 1):
        offsets.append(int.from_bytes(data[8 * index : 8 * index + 8], "little"))
    if offsets[-1] > len(data):
        return None
    parts = []
    for index in range(count - 1):
        parts.append(data[offsets[index] : offsets[index + 1]])
    return parts


@wrong("13.4")
def behind_the_end(data):
    """An offset may be past the end of the message. Python's slices do not complain, so you have
    to."""
    return unpacked(data, inside=False)


@wrong("13.4")
def big_endian(data):
    """The numbers were read in network byte order, and came out far too large. Jupyter's are
    little-endian: int.from_bytes(..., "little")."""
    return unpacked(data, order="big")


@wrong("13.4")
def count_taken_for_an_offset(data):
    """The first number was taken for an offset. It says how many follow: offset 1 is in
    data[8:16]."""
    return unpacked(data, begin=0)


def read(payload, *, text=False, order="little", header=1):
    """The right answer to 13.5, with something read from where it is not."""
    if text:
        message = json.loads(payload)
        channel, parts = message["channel"], [message["header"], message["parent_header"]]
    else:
        offsets = [int.from_bytes(payload[8 * i : 8 * i + 8], order) for i in range(1, 6)]
        cut = [payload[offsets[i] : offsets[i + 1]] for i in range(4)]
        channel = cut[0].decode()
        parts = [json.loads(cut[header]), json.loads(cut[header + 1])]
    return channel, parts[0]["msg_type"], parts[1].get("msg_id", "")


@wrong("13.5")
def all_taken_for_text(opcode, payload):
    """A binary message is not JSON: there are numbers in front. The opcode says which form it
    has."""
    return read(payload, text=True)


@wrong("13.5")
def no_json_there(opcode, payload):
    """What was given to json.loads is not JSON. Either the offsets were read in network byte order,
    and Jupyter's are little-endian; or it was the channel, which is plain text: .decode()."""
    return read(payload, text=opcode == 1, order="big")


@wrong("13.5")
def parts_one_too_far(opcode, payload):
    """The parts were counted one too far. The first part is the channel, the second the header, the
    third the parent header."""
    return read(payload, text=opcode == 1, header=2)


@wrong("13.5")
def own_id(opcode, payload):
    """That is the message's own msg_id. The one that it answers is in the parent header."""
    return (*read(payload, text=opcode == 1)[:2], "k")


@wrong("13.5")
def none_without_a_parent(opcode, payload):
    """Without a parent None was returned. The task asks for an empty text: .get("msg_id", "")."""
    channel, kind, parent = read(payload, text=opcode == 1)
    return channel, kind, parent or None
