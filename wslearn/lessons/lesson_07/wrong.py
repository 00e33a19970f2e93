"""Typical wrong answers to the exercises of lesson 07, and what each one comes from."""

from wslearn.checking.exercise import wrong

from .solutions import answer_ping, may_travel, read_close

# -- 07.1 ------------------------------------------------------------------------------------------


@wrong("07.1")
def payload_still_masked(frame):
    """The payload came back masked, as it had arrived. Unmask it first: a pong carries what the
    ping meant."""
    return bytes([0b1000_1010, frame[1] & 0b0111_1111]) + frame[6:]


@wrong("07.1")
def mask_bit_still_set(frame):
    """MASK is still set, but a server masks nothing. Clear the bit in the second byte:
    frame[1] & 0b0111_1111."""
    pong = answer_ping(frame)
    return pong[:1] + frame[1:2] + pong[2:]


@wrong("07.1")
def only_the_opcode_changed(frame):
    """Mask and key came back as they had arrived. A client fails the connection over a masked
    frame: unmask the payload, and send it without a key."""
    return bytes([0b1000_1010]) + frame[1:]


@wrong("07.1")
def payload_from_byte_2(frame):
    """The payload begins at byte 6 of the ping: bytes 2 to 5 are the key."""
    size = frame[1] & 0b0111_1111
    return bytes([0b1000_1010, size]) + bytes(frame[2 + i] ^ frame[2 + i % 4] for i in range(size))


@wrong("07.1")
def opcode_without_fin(frame):
    """FIN is 0. The first byte holds more than the opcode: a control frame is never cut into
    fragments, so its FIN is always 1."""
    return bytes([10]) + answer_ping(frame)[1:]


@wrong("07.1")
def length_with_mask(frame):
    """It looked beyond the end of the frame. The second byte holds MASK besides the length: clear
    it with frame[1] & 0b0111_1111."""
    payload = []
    for i in range(frame[1]):
        payload.append(frame[6 + i] ^ frame[2 + i % 4])
    return bytes([0b1000_1010, len(payload)]) + bytes(payload)


# -- 07.2 ------------------------------------------------------------------------------------------


@wrong("07.2")
def older_pings_kept(pings, pong):
    """Older pings are still waiting, but no pong will come for them. A peer with several pings to
    answer may answer only the latest, so a pong answers those before it too."""
    return [ping for ping in pings if ping != pong]


@wrong("07.2")
def answered_ping_kept(pings, pong):
    """The ping that was answered is still in the list. What is left begins one place after it."""
    return pings[pings.index(pong) :] if pong in pings else pings


@wrong("07.2")
def wrong_part_kept(pings, pong):
    """The wrong part was kept: the pings before the pong's own are answered with it, those after it
    are not."""
    return pings[: pings.index(pong)] if pong in pings else pings


@wrong("07.2")
def emptied_by_a_stray_pong(pings, pong):
    """A pong that nobody asked for emptied the list. It is allowed, and it answers no ping."""
    return pings[pings.index(pong) + 1 :] if pong in pings else []


@wrong("07.2", ([b"one", b"two", b"three"], b"four"))
def index_of_a_stray_pong(pings, pong):
    """index() and remove() raise ValueError where the payload is not in the list. A pong that
    nobody asked for is allowed: ask `pong in pings` first."""
    return pings[pings.index(pong) + 1 :]


# -- 07.3 ------------------------------------------------------------------------------------------


@wrong("07.3")
def code_as_text(code, reason):
    """The code was written as text, a byte for each digit. It is a number of two bytes."""
    text = reason.encode()
    return str(code).encode() + text if len(text) <= 123 else None


@wrong("07.3")
def any_length(code, reason):
    """A reason of more than 123 bytes was let through. With the code it needs more than the 125
    that a control frame may have."""
    return code.to_bytes(2, "big") + reason.encode()


@wrong("07.3")
def limit_for_the_reason_alone(code, reason):
    """The limit of 125 was taken for the reason only. The code takes two of these bytes."""
    text = reason.encode()
    return code.to_bytes(2, "big") + text if len(text) <= 125 else None


@wrong("07.3")
def characters_counted(code, reason):
    """Characters were counted. The limit is in bytes: take len() of the encoded reason."""
    return code.to_bytes(2, "big") + reason.encode() if len(reason) <= 123 else None


# -- 07.4 ------------------------------------------------------------------------------------------


@wrong("07.4")
def codes_that_never_travel(code):
    """1005, 1006 and 1015 were let through. They have a meaning, but no Close may carry them: they
    only tell a program how its connection ended."""
    return may_travel(code) or code in (1005, 1006, 1015)


@wrong("07.4", (1004,), (1005,), (1006,))
def no_code_left_out(code):
    """Not every number in the range may travel. 1004 has no meaning, and 1005, 1006 and 1015 only
    tell a program how its connection ended."""
    return 1000 <= code <= 1015 or 3000 <= code <= 4999


@wrong("07.4")
def tls_failure_sent(code):
    """1015 was let through. It tells a program that TLS failed, and when TLS has failed no Close
    can be sent."""
    return may_travel(code) or code == 1015


@wrong("07.4")
def last_of_a_range_left_out(code):
    """1014 and 4999 were refused. `range(3000, 4999)` ends before its second number, and so does
    every range."""
    return may_travel(code) and code not in (1014, 4999)


@wrong("07.4")
def only_the_protocols_own(code):
    """3000 to 4999 were refused. They belong to libraries and to private use, and they travel."""
    return may_travel(code) and code < 3000


# -- 07.5 ------------------------------------------------------------------------------------------


@wrong("07.5")
def empty_body_refused(payload):
    """An empty body was refused. A Close needs no code; where none came, the program is told
    1005."""
    return read_close(payload) if payload else None


@wrong("07.5")
def one_byte_is_nothing(payload):
    """A body of one byte was taken for an empty one. It is half a code, and that breaks a rule."""
    return read_close(payload) if len(payload) >= 2 else (1005, "")


@wrong("07.5")
def every_code_taken(payload):
    """Every code was accepted. Some must not travel: ask close_code_may_travel."""
    if len(payload) < 2 or read_close(b"\x03\xe8" + payload[2:]) is None:
        return read_close(payload)
    return int.from_bytes(payload[:2], "big"), payload[2:].decode()


@wrong("07.5", (b"\x03\xe8\xff",))
def decoding_not_guarded(payload):
    """`.decode()` raises UnicodeDecodeError where the reason is not UTF-8. Catch it with try and
    except."""
    read = read_close(payload[:2])
    return read and (read[0], payload[2:].decode())


# -- 07.6 ------------------------------------------------------------------------------------------

RIGHT = {
    ("open", "ping"): ("pong", "open"),
    ("open", "close"): ("close", "done"),
    ("open", "broken"): ("close", "done"),
    ("open", "bye"): ("close", "close sent"),
    ("close sent", "ping"): ("pong", "close sent"),
    ("close sent", "close"): ("", "done"),
    ("close sent", "broken"): ("", "done"),
}
"""By state and what happens: what is sent, and the state after it."""


def talk(happens, changes):
    """What an end that does some things in another way sends."""
    state, sent = "open", []
    for what in happens:
        answer, state = {**RIGHT, **changes}.get((state, what), ("", state))
        sent += [answer] if answer else []
    return sent


@wrong("07.6")
def ping_answered_after_the_end(happens):
    """A ping was answered after a Close had come, or after a rule was broken. From then on nothing
    is answered."""
    return talk(happens, {("done", "ping"): ("pong", "done")})


@wrong("07.6")
def nothing_remembered(happens):
    """Each word was answered without a look at what came before. Each side sends one Close, once,
    and nothing is answered after the peer's: remember the state."""
    answers = {"ping": "pong", "close": "close", "broken": "close", "bye": "close"}
    return [answers[what] for what in happens if what in answers]


@wrong("07.6")
def close_answered_after_ours(happens):
    """A second Close was sent. Our own had already been sent, so the Close that comes completes the
    handshake: nothing more is due."""
    after = {
        ("close sent", "close"): ("close", "done"),
        ("close sent", "broken"): ("close", "done"),
    }
    return talk(happens, after)


@wrong("07.6")
def own_close_forgotten(happens):
    """It does not remember that its Close has been sent. Send one only while the state is open, and
    change the state when you do."""
    return talk(happens, {("open", "bye"): ("close", "open")})


@wrong("07.6")
def silent_after_our_close(happens):
    """No pong after our own Close. Only a Close that has come excuses us: until then the peer may
    ask whether we are there."""
    return talk(happens, {("close sent", "ping"): ("", "close sent")})


@wrong("07.6")
def not_ended_by_a_broken_rule(happens):
    """It went on after a broken rule as if nothing had happened. Once the connection has failed,
    nothing that comes is looked at, not even a Close."""
    after = {("open", "broken"): ("close", "open"), ("close sent", "broken"): ("", "close sent")}
    return talk(happens, after)
