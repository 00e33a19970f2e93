"""Every form of random frames is read back, and no slip in one is read silently."""

import random
import shutil
import subprocess

import pytest

from tests.pasted.pastes import FORMS, frame, tried
from wslearn.pasted.reading import read

FRAMES = [frame(random.Random(seed)) for seed in range(60)]
TOOLS = [
    *("xxd", "xxd -g1", "xxd -g4", "xxd -c 8", "hexdump -C", "hexdump", "od -x", "od -tx1"),
    *("od -Ax -tx1", "od -tx1z", "od -b", "od -tu1", "od -Ax -tx2"),
]


def comes_back(text: str, data: bytes) -> bool:
    """Whether the bytes are read, or offered as the other reading."""
    reading = read(text)
    return reading.data == data or bool(reading.said and data in [o.data for o in reading.others])


@pytest.mark.parametrize("form", [form for form in FORMS if form != "percent and text"])
def test_a_frame_comes_back_from_every_form(form):
    for data in FRAMES:
        assert comes_back(FORMS[form](data), data), FORMS[form](data)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_frame_comes_back_from_what_the_tool_itself_prints(tool):
    words = tool.split()
    if shutil.which(words[0]) is None:
        pytest.skip(f"there is no {words[0]} here")
    for data in FRAMES[:20]:
        printed = subprocess.run(words, input=data, capture_output=True, timeout=60, check=True)
        assert comes_back(printed.stdout.decode(), data), printed.stdout.decode()


def test_no_slip_and_no_noise_breaks_a_promise():
    seen = tried(3_000)
    assert seen["refused"] > 500
