"""Typical wrong answers to the exercises of lesson 08, and what each one comes from."""

from wslearn.checking.exercise import wrong

from .solutions import answer, status_for

# -- 08.1 ------------------------------------------------------------------------------------------


@wrong("08.1")
def one_piece_for_each_size(pieces, sizes):
    """One piece was taken for one reading. That is the fault of the sixty lines: a piece may hold
    less than is wanted, or more."""
    return [piece[:size] for piece, size in zip(pieces, sizes)]


@wrong("08.1")
def rest_of_a_piece_lost(pieces, sizes):
    """What was left of a piece is lost. It belongs to the next reading."""
    found, left = [], list(pieces)
    for size in sizes:
        came = b""
        while len(came) < size:
            if not left:
                return None
            came += left.pop(0)
        found.append(came[:size])
    return found


@wrong("08.1")
def if_instead_of_while(pieces, sizes):
    """Only one more piece was added. It may take many pieces until enough bytes are there: `while`,
    not `if`."""
    came, found, left = b"", [], list(pieces)
    for size in sizes:
        if len(came) < size:
            if not left:
                return None
            came += left.pop(0)
        found.append(came[:size])
        came = came[size:]
    return found


@wrong("08.1")
def all_that_came(pieces, sizes):
    """It gave more than was wanted. Cut off the first `size` bytes, and keep the rest."""
    came, found, left = b"", [], list(pieces)
    for size in sizes:
        while len(came) < size:
            if not left:
                return None
            came += left.pop(0)
        found.append(came)
        came = b""
    return found


@wrong("08.1")
def fewer_than_wanted(pieces, sizes):
    """The pieces ended too early, and it gave what there was. Half a frame is not a frame: None."""
    came, found = b"".join(pieces), []
    for size in sizes:
        found.append(came[:size])
        came = came[size:]
    return found


# -- 08.2 ------------------------------------------------------------------------------------------


def judged(request, *, name=str.lower, value=str.lower, token=str.strip, wanted="upgrade"):
    """The status of a request whose names, values and tokens are read in another way."""
    first, *lines = request.split("\r\n")
    headers = {}
    for line in lines:
        found, _, said = line.partition(":")
        headers[name(found)] = value(said.strip())

    def get(found):
        return headers.get(name(found), "")

    tokens = [token(one) for one in get("Connection").split(",")]
    if not first.startswith("GET ") or not get("Host"):
        return 400
    if get("Upgrade") != "websocket" or wanted not in tokens:
        return 400
    return 101 if get("Sec-WebSocket-Version") == "13" else 426


@wrong("08.2")
def names_letter_by_letter(head):
    """Names were compared letter by letter. `host` and `Host` are one name: turn all of them into
    small letters."""
    return judged(head, name=str)


@wrong("08.2")
def values_letter_by_letter(head):
    """Values were compared letter by letter. In Upgrade and Connection, capitals make no difference
    either."""
    return judged(head, value=str, wanted="Upgrade")


@wrong("08.2")
def connection_is_one_word(head):
    """Connection is a list: a browser may send `keep-alive, Upgrade`. Ask whether one of its tokens
    is Upgrade."""
    lines = [line for line in head.split("\r\n") if "," not in line]
    return status_for("\r\n".join(lines))


@wrong("08.2")
def upgrade_inside_a_token(head):
    """The letters of upgrade were found inside another token. Cut at the commas and compare whole
    tokens."""
    return judged(head, token=lambda one: "upgrade" if "upgrade" in one else one)


@wrong("08.2")
def tokens_not_stripped(head):
    """A token was compared with the space around it. Strip each one."""
    return judged(head, token=str)


@wrong("08.2")
def nobody_gets_in(head):
    """Nobody gets in, not even with version 13. Print what your dictionary has under the name that
    you ask for: it may be kept under another name, and it is text: "13", not 13."""
    return 426 if status_for(head) == 101 else status_for(head)


@wrong("08.2")
def always_400(head):
    """Every request got 400, even a right one. Print the method and the dictionary: .lower() on the
    whole head turns GET into get, too."""
    return 400


# -- 08.3 ------------------------------------------------------------------------------------------


def counted(data, *, key=4, bits=127, signs=(126, 127), lacking=0, again=False):
    """How many frames are whole for one who reads the header in another way."""
    count = 0
    while len(data) >= 2:
        length, start = data[1] & bits, 2
        if length in signs:
            start = 4 if length == 126 else 10
            short, length = length, int.from_bytes(data[2:start], "big")
            if again and (short, length) == (126, 127):
                start, length = 10, int.from_bytes(data[2:10], "big")
        if len(data) < start + key + length + lacking:
            break
        count += 1
        data = data[start + key + length :]
    return count


@wrong("08.3")
def key_forgotten(data):
    """The key was forgotten. After the length come its four bytes, and the length does not count
    them."""
    return counted(data, key=0)


@wrong("08.3")
def mask_in_the_length(data):
    """MASK was taken for a part of the length: in the second byte of a client's frame it makes the
    number 128 too large. Take seven bits: `data[1] & 0b0111_1111`."""
    return counted(data, bits=255)


@wrong("08.3")
def signs_taken_for_lengths(data):
    """126 and 127 are not lengths. They announce two or eight bytes that hold the length."""
    return counted(data, signs=())


@wrong("08.3")
def cut_frame_counted(data):
    """A frame that is cut was counted too. If its last byte is missing, it is not whole."""
    return counted(data, lacking=-(2**64))


@wrong("08.3")
def frame_at_the_very_end(data):
    """A frame at the very end was not counted. It is whole when its last byte is there: compare
    with <, not with <=."""
    return counted(data, lacking=1)


@wrong("08.3")
def if_instead_of_elif(data):
    """A length of 127, written in two bytes, was taken for the sign of eight: the second `if` asked
    about a length that the first had changed. Use `elif`."""
    return counted(data, again=True)


# -- 08.4 ------------------------------------------------------------------------------------------


@wrong("08.4", (1, b"\xff"), (1, b"Hello"))
def decoding_not_guarded(opcode, payload):
    """`.decode()` raised its error, and nobody caught it. Put it in a `try`; after `except
    UnicodeDecodeError` comes what to do then."""
    if opcode == 1:
        payload.decode()
    return answer(opcode, payload)


@wrong("08.4")
def reason_repeated(opcode, payload):
    """The reason was repeated. The task asks only for the code, the first two bytes."""
    if opcode == 8:
        return bytes([0b1000_1000, len(payload)]) + payload
    return answer(opcode, payload)


@wrong("08.4")
def pong_answered(opcode, payload):
    """A pong was answered. It is an answer itself; nothing follows."""
    if opcode == 10:
        return bytes([0b1000_1010, len(payload)]) + payload
    return answer(opcode, payload)


@wrong("08.4")
def text_not_checked(opcode, payload):
    """Nobody checked whether the text is UTF-8. Bad text is answered with a Close and 1007."""
    made = answer(2, payload)
    return b"\x81" + made[1:] if opcode == 1 else answer(opcode, payload)


@wrong("08.4")
def binary_checked_as_text(opcode, payload):
    """Binary data was checked as text. It may be any bytes."""
    made = answer(1, payload) if opcode == 2 else answer(opcode, payload)
    return b"\x82" + made[1:] if opcode == 2 and made[0] == 0x81 else made


@wrong("08.4", (1, b"\xff"))
def code_without_a_frame(opcode, payload):
    """1007 is only the code. The answer is a whole frame: a Close whose payload is this code in two
    bytes."""
    made = answer(opcode, payload)
    return 1007 if opcode == 1 and made[0] == 0b1000_1000 else made


@wrong("08.4")
def binary_back_as_text(opcode, payload):
    """Binary came back as text. The kind stays."""
    made = answer(opcode, payload)
    return b"\x81" + made[1:] if opcode == 2 else made


# -- 08.5 ------------------------------------------------------------------------------------------


def does_not_fit(opcode, kind, message):
    return (opcode == 0) == (kind == 0)


def served(frames, fault=does_not_fit, *, stops=True, last=False, kept=False, emptied=True):
    """A conversation in which other frames are a fault, given the kind and the bytes so far."""
    sent, kind, message = [], 0, b""
    for fin, opcode, payload in frames:
        if opcode == 9:
            sent.append((10, payload))
        elif opcode == 8 or (opcode != 10 and fault(opcode, kind, message)):
            sent.append((8, 1000 if opcode == 8 else 1002))
            if stops:
                break
        elif opcode != 10:
            if opcode:
                kind, message = opcode, b"" if emptied else message
            message += payload
            if fin:
                sent.append((opcode if last else kind, message))
                kind, message = kind if kept else 0, b"" if emptied else message
    return sent


@wrong("08.5")
def kind_of_the_last_fragment(frames):
    """The message came back with opcode 0, that of its last fragment. Its kind is in the first
    one."""
    return served(frames, last=True)


@wrong("08.5")
def goes_on_after_a_close(frames):
    """It went on after a Close. Here every Close is the end: either the client's has come and this
    one answers it, or a rule was broken."""
    return served(frames, stops=False)


@wrong("08.5")
def body_of_the_close(frames):
    """The body of the client's Close came back. In this task the answer to a Close is always
    (8, 1000), with the code as a number."""
    sent = served(frames)
    bodies = [payload for _, opcode, payload in frames if opcode == 8]
    return [(8, bodies[0]) if one == (8, 1000) else one for one in sent]


@wrong("08.5")
def continuation_of_nothing(frames):
    """A continuation of a message that had not begun was let through. That breaks a rule: 1002."""
    return served(frames, lambda opcode, kind, message: opcode and kind)


@wrong("08.5")
def message_inside_a_message(frames):
    """A new message began inside another. That breaks a rule: 1002."""
    return served(frames, lambda opcode, kind, message: opcode == kind == 0)


@wrong("08.5")
def end_of_a_message_forgotten(frames):
    """The message had ended, but the kind was kept, so the next one was taken for a fault. After a
    frame with FIN no message is under way: kind = 0."""
    return served(frames, kept=True)


@wrong("08.5")
def message_without_bytes(frames):
    """A message was taken for one that has not begun, because it has no bytes yet. A first fragment
    may be empty: keep the kind, and ask whether that is 0."""
    return served(frames, lambda opcode, kind, message: (opcode == 0) == (message == b""))


@wrong("08.5")
def bytes_of_the_message_before(frames):
    """The bytes of the message before are still there. A new message begins with none."""
    return served(frames, emptied=False)
