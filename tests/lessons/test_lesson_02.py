"""Lesson 02: its programs in other languages give the same accept values, where they can run, and
the question of its lab has the answer that the lesson gives."""

import base64
import json
import re
import shutil
import subprocess

import pytest

from tests.support.lesson_cells import lesson_cells
from wslearn.labs.handshake.faults import NOTHING, REQUEST_FAULTS
from wslearn.labs.handshake.lab import HandshakeLab
from wslearn.lessons.lesson_02.other_languages import ACCEPT, NODE, PHP
from wslearn.protocol.accept import GUID, accept_key

KEYS = [
    base64.b64encode(nonce).decode() for nonce in (b"the sample nonce", bytes(16), b"\xff" * 16)
]
EXPECTED = [accept_key(key) for key in KEYS]
LAB = "lab = ws.HandshakeLab()"


def output_of(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@needs("node")
def test_node_gives_the_same_values():
    program = f"{NODE}\nconsole.log(JSON.stringify({json.dumps(KEYS)}.map(acceptKey)));"
    assert json.loads(output_of(["node", "-e", program])) == EXPECTED


@needs("php")
def test_php_gives_the_same_values_and_without_the_flag_hex_digits():
    program = f"{PHP}\necho json_encode(array_map('accept_key', {json.dumps(KEYS)}));"
    assert json.loads(output_of(["php", "-r", program])) == EXPECTED
    slip = program.replace(", true", "")
    for value in json.loads(output_of(["php", "-r", slip])):
        assert len(value) == 56
        assert set(base64.b64decode(value)) <= set(b"0123456789abcdef")


def test_each_program_has_the_guid_and_shows_itself():
    for listing in ACCEPT.values():
        assert GUID in listing.text
        assert listing._repr_mimebundle_()["text/plain"] == listing.text


def test_the_question_of_the_lab_has_the_answer_that_the_lesson_gives():
    sources = [cell.source for cell in lesson_cells("02")]
    answer = sources[1 + next(at for at, source in enumerate(sources) if LAB in source)]
    lab, opens = HandshakeLab(), set()
    for fault in REQUEST_FAULTS:
        lab.break_request(fault.name)
        if lab.is_open and fault.name != NOTHING:
            opens.add(fault.name)
    assert set(re.findall("“(.+?)”", answer)) == opens
