"""Write the vectors that concern a server to ``wslearn/lessons/lesson_08/naive/vectors.json``.

    python -m tests.tools.vectors_for_servers

A vector for a client is masked here, header and all: but for the mask, both sides obey the same
rules about frames. Left out are vectors about compression, about limits smaller than the server's,
and about requests where an Origin or an extension decides: the server has no policy on the former
and does not speak the latter.
"""

import json
from collections.abc import Iterator
from typing import Any

from tests.support.places import ROOT, VECTORS
from wslearn.protocol.masking import mask

Found = tuple[str, str, bytes, list[str]]
STORED = ROOT / "wslearn" / "lessons" / "lesson_08" / "naive" / "vectors.json"
KEY = bytes.fromhex("37fa213d")
LONGEST = 127  # bytes of a payload; longer ones would fill the file
NOT_ASKED = ("q-origin-bad", "q-ext-", "q-utf8-header")
OPCODES = {"text": 1, "binary": 2, "ping": 10}
"""What a server that echoes answers an event with."""


def masked(frame: bytes) -> bytes:
    """A server's frame as a client would send it; its length may have any form."""
    size = 2 + {126: 2, 127: 8}.get(frame[1] & 0x7F, 0)
    header = bytes([frame[0], frame[1] | 0x80]) + frame[2:size]
    return header + KEY + mask(frame[size:], KEY)


def sent(case: dict[str, Any]) -> bytes:
    """The bytes of a client, whichever side the vector is for."""
    pieces = [bytes.fromhex(frame) for frame in case["frames"]]
    return b"".join(pieces if case["receiver"] == "server" else map(masked, pieces))


def answer(case: dict[str, Any]) -> list[str]:
    """What an echo server answers: its frames, and a final Close where one is due."""
    words = []
    for event in case.get("events", ()):
        if event["type"] in OPCODES:
            words.append(f"{OPCODES[event['type']]} {event['hex']}")
        elif event["type"] == "close":
            words.append(f"8 {event['code']}")
    return [*words, f"8 {case['fail']}"] if case.get("fail") else words


def _found() -> list[Found]:
    held = json.loads((VECTORS / "vectors.json").read_text(encoding="utf-8"))
    found: list[Found] = []
    for case in held["handshake_requests"]:
        if not case["id"].startswith(NOT_ASKED):
            statuses = list(map(str, case["status"]))
            found.append(("requests", case["meaning"], case["request"].encode(), statuses))
    for section in ("rfc_frame_examples", "frame_ok", "frame_errors"):
        for case in held[section]:
            if "frames" not in case or case.get("deflate") or case.get("max_size"):
                continue
            found.append(("frames", case["meaning"], sent(case), answer(case)))
    for case in held["length_headers"]["cases"]:
        if case["length"] <= LONGEST:
            payload = bytes(case["length"])
            data = bytes.fromhex(case["masked_header"]) + mask(payload, KEY)
            found.append(("lengths", str(case["length"]), data, [f"2 {payload.hex()}"]))
    for case in held["length_non_minimal"]["cases"] + held["length_msb"]["cases"]:
        data = bytes.fromhex(case["header"])
        data = data if case["receiver"] == "server" else masked(data)
        name = f"{case['length']} as {case['form']}" if "form" in case else case["meaning"]
        found.append(("lengths", name, data, [f"8 {case['fail']}"]))
    for group in ("valid", "registered_later", "invalid"):
        for case in held["close_codes"][group]:
            data = masked(bytes.fromhex(case["frame"]))
            found.append(
                ("close codes", str(case["code"]), data, [f"8 {case.get('fail', case['code'])}"])
            )
    return [*found, *_texts(held["utf8"])]


def _texts(texts: dict[str, Any]) -> Iterator[Found]:
    for case in texts["valid"] + texts["invalid"] + texts["incomplete"]:
        words = ["8 1007"] if "fail" in case else [f"1 {case['payload']}"]
        yield "UTF-8", case["name"], masked(bytes.fromhex(case["frame"])), words
    for case in [*texts["fragmented"], {"name": "binary", **texts["binary_same_bytes"]}]:
        frames = case.get("frames") or [case["frame"]]
        data = b"".join(masked(bytes.fromhex(frame)) for frame in frames)
        yield "UTF-8", case["name"], data, answer(case)


def entries() -> list[dict[str, Any]]:
    """Every vector for a server, ready to be stored."""
    names: dict[tuple[str, str, str], dict[str, Any]] = {}
    for group, name, data, words in _found():
        entry = {"group": group, "name": name, "sent": data.hex(), "answer": words}
        names.setdefault((group, data.hex(), str(words)), entry)  # two sides, one vector
    return list(names.values())


def text() -> str:
    """The file's content."""
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    STORED.write_text(text(), encoding="utf-8")
