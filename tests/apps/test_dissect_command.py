"""``wslearn dissect``: what it reads, what it prints, and how it answers bad input."""

import io
import json
import subprocess
import sys
from argparse import Namespace

import pytest

from wslearn.__main__ import main
from wslearn.apps import dissect as command

MASKED_HELLO = "81 85 37fa213d 7f9f4d5158"


@pytest.fixture
def piped(monkeypatch):
    """Standard input that holds the given bytes."""

    def pipe(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return pipe


def run(capsys, *words: str) -> tuple[int, str, str]:
    status = main(["dissect", *words])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_hex_words_are_drawn(capsys):
    status, out, err = run(capsys, *MASKED_HELLO.split())
    assert (status, err) == (0, "")
    assert "Hello" in out
    assert "\x1b" not in out, "no colour where no terminal is"


def test_colour_can_be_asked_for(capsys):
    assert "\x1b[" in run(capsys, MASKED_HELLO, "--colour", "always")[1]


def test_json_is_for_programs(capsys):
    status, out, _ = run(capsys, "81 05 48656c6c6f", "--receiver", "server", "--json")
    (frame,) = json.loads(out)
    assert status == 0
    assert frame["violations"][0]["rule"] == "mask-missing"
    assert frame["close_code"] == 1002
    assert bytes.fromhex(frame["payload"]) == b"Hello"


def test_several_frames_are_drawn_one_after_the_other(capsys):
    _, out, err = run(capsys, "8100 8100 8100", "--json", "--most", "2")
    assert len(json.loads(out)) == 2
    assert err == "… 2 more bytes follow; --most N shows more frames.\n"


def test_an_agreed_extension_explains_rsv1(capsys):
    words = ("c107f248cdc9c90700", "--json", "--extension", "permessage-deflate")
    assert json.loads(run(capsys, *words)[1])[0]["violations"] == []


def test_a_file_may_hold_the_bytes_themselves(capsys, tmp_path):
    path = tmp_path / "frame.bin"
    path.write_bytes(bytes.fromhex(MASKED_HELLO))
    assert "Hello" in run(capsys, str(path))[1]


def test_a_pipe_may_hold_hex_text(capsys, piped):
    piped(MASKED_HELLO.encode() + b"\n")
    assert "Hello" in run(capsys, "-")[1]


def test_raw_takes_text_as_bytes(capsys, piped):
    piped(b"8100")
    _, out, _ = run(capsys, "-", "--raw", "--json")
    assert json.loads(out)[0]["data"] == b"8100"[:6].hex()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["81g5"], "two for each byte; got 'g' at character 3. There is no file of that name"),
        (["818"], "Expected two hex digits for each byte; got 3 in '818' at character 1."),
        ([""], "Expected hex digits or the name of a file, got nothing."),
    ],
)
def test_bad_input_gets_one_sentence_and_status_2(capsys, words, sentence):
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_text_that_is_no_frame_gets_one_sentence(capsys, piped):
    piped(b"GET / HTTP/1.1\r\n")
    status, out, err = run(capsys, "-")
    assert (status, out) == (2, "")
    assert err == (
        "wslearn dissect: standard input: Expected bytes of a frame, got the head of an HTTP "
        "message: text, which comes before any frame (RFC 6455 §1.3). A HandshakeLab shows what it "
        "says. (--raw takes the text itself as bytes.)\n"
    )


def test_a_file_of_3_gb_is_read_no_further_than_the_limit(capsys, tmp_path):
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.write(bytes.fromhex("82ff00000000c000000037fa213d"))
        file.truncate(3 * 2**30)  # sparse: it takes no room
    status, out, err = run(capsys, str(path), "--json")
    (frame,) = json.loads(out)
    assert status == 0
    assert frame["length"] == 3 * 2**30
    assert not frame["complete"]
    assert err == f"… Only the first 1 MiB of {path} was read; it has 3,072 MiB.\n"


def test_hex_text_that_is_cut_at_the_limit_keeps_whole_bytes(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "LIMIT", 5)
    path = tmp_path / "frame.txt"
    path.write_text("81054865")
    _, out, err = run(capsys, str(path), "--json")
    assert json.loads(out)[0]["data"] == "8105"
    assert "Only the first" in err


@pytest.mark.parametrize("limit", range(20, 40))
@pytest.mark.parametrize(
    "written",
    ["81 05 48 65 6c 6c 6f ", "8105 4865 6c6c 6f00\n", "0x81, 0x05, 0x48, ", r"\x81\x05\x48\x65"],
)
def test_text_in_any_form_may_be_cut_anywhere(capsys, tmp_path, monkeypatch, limit, written):
    monkeypatch.setattr(command, "LIMIT", limit)
    path = tmp_path / "frame.txt"
    path.write_text(written * 10)
    status, out, err = run(capsys, str(path), "--json")
    assert status == 0, err
    assert json.loads(out)[0]["data"].startswith("8105")
    assert "Only the first" in err


def test_a_reader_that_has_seen_enough_is_no_error():
    script = (
        "import sys; from wslearn.__main__ import main;"
        "sys.exit(main(['dissect', '8100' * 3000, '--most', '3000']))"
    )
    done = subprocess.run(
        f'"{sys.executable}" -c "{script}" | head -n 1',
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["dissect", "--help"])
    assert ended.value.code == 0
    assert "examples:" in capsys.readouterr().out


def test_the_first_frames_keep_no_copy_of_the_bytes_after_them():
    arguments = Namespace(receiver="client", extension=[], most=3)
    frames, rest = command.first_frames(b"\x89\x00" * 5, arguments)
    assert [frame.rest for frame in frames] == [b"", b"", b""]
    assert rest == 4
