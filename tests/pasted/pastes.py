"""Bytes in every form that is read, as tools and languages write it, and with slips.

    python -m tests.pasted.pastes 1000000

tries this many random and changed pastes, and prints the outcomes.
"""

import base64
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from urllib.parse import quote

from wslearn.pasted.reading import read
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame

HEX = "0123456789abcdef"


def shown(data: bytes) -> str:
    """A text column: printable bytes as themselves, a dot for the others."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)


def rows(data: bytes, line: Callable[[int, bytes], str], size: int = 16) -> str:
    """A dump: one line for each ``size`` bytes."""
    return "".join(f"{line(at, data[at : at + size])}\n" for at in range(0, len(data), size))


def pairs(data: bytes) -> str:
    """Two bytes a group, as xxd and tcpdump print them."""
    return " ".join(data[at : at + 2].hex() for at in range(0, len(data), 2))


def escaped(data: bytes) -> str:
    """Every byte as an escape of two hex digits."""
    return "".join(f"\\x{byte:02x}" for byte in data)


def c_string(data: bytes) -> str:
    """A C string with octal escapes, as strace and many debuggers print it."""
    return (
        '"'
        + "".join(
            c if c not in '.\\"' else f"\\{b:03o}" for b, c in zip(data, shown(data), strict=True)
        )
        + '"'
    )


DUMPS: dict[str, Callable[[bytes], str]] = {
    "xxd": lambda d: rows(d, lambda at, r: f"{at:08x}: {pairs(r):<39}  {shown(r)}"),
    "xxd -g1": lambda d: rows(d, lambda at, r: f"{at:08x}: {r.hex(' '):<47}  {shown(r)}"),
    "xxd without text": lambda d: rows(d, lambda at, r: f"{at:08x}: {pairs(r)}"),
    "hexdump -C": lambda d: rows(
        d, lambda at, r: f"{at:08x}  {r[:8].hex(' '):<23}  {r[8:].hex(' '):<23}  |{shown(r)}|"
    ) + f"{len(d):08x}\n",
    "hexdump -C without text": lambda d: rows(
        d, lambda at, r: f"{at:08x}  {r[:8].hex(' '):<23}  {r[8:].hex(' ')}"
    ),
    "od -Ax -tx1": lambda d: rows(d, lambda at, r: f"{at:06x} {r.hex(' ')}") + f"{len(d):06x}\n",
    "od -tx1": lambda d: rows(d, lambda at, r: f"{at:07o} {r.hex(' ')}") + f"{len(d):07o}\n",
    "od -tx1z": lambda d: rows(d, lambda at, r: f"{at:07o} {r.hex(' '):<47}  >{shown(r)}<")
    + f"{len(d):07o}\n",
    "od -tu1": lambda d: rows(d, lambda at, r: f"{at:07o}" + "".join(f"{b:4}" for b in r))
    + f"{len(d):07o}\n",
    "tcpdump -x": lambda d: rows(d, lambda at, r: f"\t0x{at:04x}:  {pairs(r)}"),
    "tcpdump -X": lambda d: rows(d, lambda at, r: f"\t0x{at:04x}:  {pairs(r):<39}  {shown(r)}"),
    "Wireshark": lambda d: rows(d, lambda at, r: f"{at:04x}   {r.hex(' ')}"),
    "Wireshark with text": lambda d: rows(
        d, lambda at, r: f"{at:04x}   {r.hex(' '):<47}   {shown(r)}"
    ),
    "Netty": lambda d: rows(d, lambda at, r: f"|{at:08x}| {r.hex(' '):<47} |{shown(r):<16}|"),
}  # fmt: skip

FORMS: dict[str, Callable[[bytes], str]] = {
    **DUMPS,
    "hex": bytes.hex,
    "hex in capitals": lambda d: d.hex(" ").upper(),
    ".NET": lambda d: d.hex("-").upper(),
    "colons": lambda d: d.hex(":"),
    "C array": lambda d: f"unsigned char f[] = {{ {', '.join(f'0x{b:02x}' for b in d)} }};",
    "C string": c_string,
    "escaped string in lines": lambda d: " \\\n".join(
        f'"{escaped(d[at : at + 16])}"' for at in range(0, len(d), 16)
    ),
    "escapes": escaped,
    "escapes and text": lambda d: "".join(
        c if c.isalnum() else f"\\x{b:02x}" for b, c in zip(d, shown(d), strict=True)
    ),
    "Python": repr,
    "Python assigned": lambda d: f"data = {bytearray(d)!r}",
    "Python tuple": lambda d: repr((d, ("127.0.0.1", 5000))),
    "Python fromhex": lambda d: f'bytes.fromhex("{d.hex(" ")}")',
    "Go %v": lambda d: f"[{' '.join(map(str, d))}]",
    "Go": lambda d: "[]byte{" + ", ".join(map(hex, d)) + "}",
    "Rust": lambda d: f"vec![{', '.join(f'{b}u8' for b in d)}]",
    "JavaScript": lambda d: f"Uint8Array({len(d)}) [ {', '.join(map(str, d))} ]",
    "Node.js": lambda d: f"<Buffer {d.hex(' ')}>",
    "JSON of a Buffer": lambda d: json.dumps({"type": "Buffer", "data": list(d)}),
    "Java": lambda d: str([b - 256 if b > 127 else b for b in d]),
    "Erlang": lambda d: f"<<{','.join(map(str, d))}>>",
    "bits": lambda d: " ".join(f"{b:08b}" for b in d),
    "0b": lambda d: ", ".join(f"0b{b:08b}" for b in d),
    "base64": lambda d: "base64:" + base64.b64encode(d).decode(),
    "base64, URL-safe, no padding": lambda d: "base64:"
    + base64.urlsafe_b64encode(d).decode().rstrip("="),
    "percent": lambda d: "".join(f"%{b:02X}" for b in d),
    "percent and text": lambda d: f"%{d[0]:02X}" + quote(d[1:] + b"\xff"),
}  # fmt: skip


def frame(rng: random.Random) -> bytes:
    """A frame as it travels: any opcode, masked or not, from empty to some hundred bytes."""
    size = rng.choice([0, 1, 5, 10, 14, 30, 45, 125, 126, 300])
    payload = rng.choice(
        [rng.randbytes(size), bytes(size), rng.choices(b"abcdef 0189\"'|\\", k=size)]
    )
    opcode = rng.choice([1, 2, 8, 9, 10]) if size <= 125 else rng.choice([1, 2])
    key = rng.choice([None, rng.randbytes(4)])
    return Frame(opcode, bytes(payload)).encode(mask_key=key)


def changed(text: str, rng: random.Random) -> str:
    """A text with one slip in it: something lost, added, doubled, moved or cut."""
    at, to = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
    lines = text.splitlines(keepends=True)
    row = rng.randrange(len(lines)) if lines else 0
    match rng.randrange(10):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + rng.choice(HEX + " \t\n|:,;'\"\\xg…\u00a0") + text[at:]
        case 2:
            return text[:at] + rng.choice(HEX + " zZ.") + text[at + 1 :]
        case 3:
            return text[:at]
        case 4:
            return text[at:]
        case 5:
            return text[:at] + text[to:]
        case 6:
            return "".join(lines[:row] + lines[row + 1 :])
        case 7:
            return "".join(lines[: row + 1] + lines[row:])
        case 8:
            return text.replace("\n", rng.choice(["", " ", "\r\n", "\n\n"]))
    return re.sub(" +", rng.choice([" ", "", "  ", "\t"]), text)


def outcome(text: str, offsets: set[str]) -> str:
    """How a paste was read; raises where a promise is broken."""
    refused = ""
    try:
        reading = read(text)
    except InputError as problem:
        refused = str(problem)
    if refused:
        assert refused.startswith("Expected ")
        assert len(refused) < 600
        return "refused"
    if reading.form == "hex" and not reading.said:
        # A row of a dump that still has its offset must never be silently read as plain hex.
        for line in text.splitlines():
            begins = line.split()
            assert len(begins) < 2 or begins[0].rstrip(":") not in offsets, text
    return f"{reading.form}{', said' if reading.said else ''}"


def tried(count: int, seed: int = 14) -> Counter[str]:
    """This many pastes: half of them forms with slips, the rest random characters."""
    rng = random.Random(seed)
    seen: Counter[str] = Counter()
    names = list(FORMS)
    while seen.total() < count:
        data = frame(rng)
        name = rng.choice(names)
        text = FORMS[name](data)
        sure = read(text)
        assert data in [sure.data, *(o.data for o in sure.others)] or "percent and" in name, text
        assert sure.data == data or sure.said or "percent and" in name, text
        offsets = {
            line.split()[0].rstrip(":") for line in text.splitlines() if name in DUMPS and line
        }
        offsets = {offset for offset in offsets if len(offset) >= 4}
        for _ in range(4):
            slip = changed(text, rng)
            if rng.randrange(3) == 0:
                slip = changed(slip, rng)
            seen[outcome(slip, offsets)] += 1
        letters = rng.choice(
            [HEX + " \n", HEX + " :|.\n0000", "\\x01'\"b[](){}<>, ", "aB3+/=-_ ", "01 \n"]
        )
        noise = "".join(rng.choices(letters, k=rng.randrange(60)))
        seen[outcome(noise, set())] += 1
        seen[
            outcome(
                "".join(
                    chr(rng.choice([rng.randrange(128), rng.randrange(0xD800)]))
                    for _ in range(rng.randrange(40))
                ),
                set(),
            )
        ] += 1
    return seen


if __name__ == "__main__":
    for name, number in tried(int(sys.argv[1]), int((*sys.argv, "14")[2])).most_common():
        print(f"{number:>9}  {name}")
