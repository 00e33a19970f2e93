"""A frame taken apart: every field it has, every rule it breaks."""

import pytest

from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import DEFLATE
from wslearn.protocol.dissect import dissect, dissect_all, extension_names
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame
from wslearn.protocol.length import LONGEST
from wslearn.protocol.text import grouped

KEY = bytes.fromhex("37fa213d")


def fields(source, **how):
    return [
        (field.kind, field.name, field.start, field.width, field.shown, field.meaning)
        for field in dissect(source, **how).fields
    ]


def test_the_masked_hello_of_the_rfc_has_nine_fields():
    assert fields("81 85 37fa213d 7f9f4d5158") == [
        ("fin", "FIN", 0, 1, "1", "last frame of the message"),
        ("rsv", "RSV1", 1, 1, "0", "not in use"),
        ("rsv", "RSV2", 2, 1, "0", "not in use"),
        ("rsv", "RSV3", 3, 1, "0", "not in use"),
        ("opcode", "opcode", 4, 4, "0x1", "text: UTF-8 follows"),
        ("mask", "MASK", 8, 1, "1", "a masking-key follows; the payload is XORed with it"),
        ("length", "payload length", 9, 7, "5", "5 bytes of payload"),
        (
            "key",
            "masking-key",
            16,
            32,
            "37 fa 21 3d",
            "byte i of the payload is XORed with byte i mod 4 of this",
        ),
        ("payload", "payload data", 48, 40, "Hello", "5 bytes, unmasked here"),
    ]


def test_a_dissection_of_a_whole_frame_holds_all_of_it():
    dissection = dissect("81 85 37fa213d 7f9f4d5158 8900")
    assert dissection == Dissection(
        data=bytes.fromhex("818537fa213d7f9f4d5158"),
        fields=dissection.fields,
        violations=(),
        frame=Frame.text("Hello"),
        payload=b"Hello",
        mask_key=KEY,
        length=5,
        length_bits=7,
        header_size=6,
        rest=b"\x89\x00",
        receiver="server",
        extensions=(),
        problem=None,
    )
    assert dissection.complete
    assert dissection.missing == 0
    assert dissection.close_code is None


def test_every_field_says_where_it_is_defined():
    sections = {
        field.kind: field.section for field in dissect("88 87 37fa213d 3413 4e83 44 1f 58").fields
    }
    assert sections == {
        "fin": "RFC 6455 §5.2",
        "rsv": "RFC 6455 §5.2",
        "opcode": "RFC 6455 §5.2",
        "mask": "RFC 6455 §5.2",
        "length": "RFC 6455 §5.2",
        "key": "RFC 6455 §5.3",
        "code": "RFC 6455 §7.4",
        "reason": "RFC 6455 §5.5.1",
    }


@pytest.mark.parametrize(
    ("first", "meaning"),
    [
        (0x81, "last frame of the message"),
        (0x01, "more frames follow"),
        (0x89, "whole, as a control frame must be"),
        (0x09, "cut, which a control frame must not be"),
    ],
)
def test_fin_is_explained_by_the_kind_of_frame(first, meaning):
    assert dissect(bytes((first,))).fields[0].meaning == meaning


@pytest.mark.parametrize(
    ("first", "extensions", "meanings"),
    [
        (0x81, (), ["not in use"] * 3),
        (0xF1, (), ["no agreed extension uses it"] * 3),
        (0x81, (DEFLATE,), ["not compressed", "not in use", "not in use"]),
        (0xC1, (DEFLATE,), ["compressed", "not in use", "not in use"]),
        (0xF1, (DEFLATE,), ["compressed"] + ["no agreed extension uses it"] * 2),
        (
            0x80,
            (DEFLATE,),
            ["the first frame of the message says whether it is compressed"] + ["not in use"] * 2,
        ),
        (
            0xC0,
            (DEFLATE,),
            ["the first frame of the message says whether it is compressed"] + ["not in use"] * 2,
        ),
        (0x89, (DEFLATE,), ["not in use"] * 3),
        (0xC9, (DEFLATE,), ["control frames are never compressed"] + ["not in use"] * 2),
        (0xC3, (DEFLATE,), ["no agreed extension uses it"] + ["not in use"] * 2),
    ],
)
def test_a_reserved_bit_means_what_the_agreed_extensions_say(first, extensions, meanings):
    dissection = dissect(bytes((first,)), extensions=extensions)
    assert [field.meaning for field in dissection.fields if field.kind == "rsv"] == meanings


@pytest.mark.parametrize(
    ("first", "meaning"),
    [
        (0x80, "continuation: more of the message before it"),
        (0x88, "close: the end of the connection"),
        (0x83, "reserved data: no meaning yet"),
        (0x8F, "reserved control: no meaning yet"),
    ],
)
def test_an_opcode_is_named_and_explained(first, meaning):
    opcode = dissect(bytes((first,))).fields[4]
    assert (opcode.shown, opcode.meaning) == (f"0x{first & 15:x}", meaning)


def lengths(source):
    return [field[2:] for field in fields(source) if field[0] == "length"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("8200", [(9, 7, "0", "0 bytes of payload")]),
        ("8201", [(9, 7, "1", "1 byte of payload")]),
        (
            "827e0100",
            [
                (9, 7, "126", "the length is in the next 2 bytes"),
                (16, 16, "256", "256 bytes of payload"),
            ],
        ),
        (
            "827f7fffffffffffffff",
            [
                (9, 7, "127", "the length is in the next 8 bytes"),
                (16, 64, str(LONGEST), f"{grouped(LONGEST)} bytes of payload"),
            ],
        ),
        (
            "827f8000000000000000",
            [
                (9, 7, "127", "the length is in the next 8 bytes"),
                (16, 64, str(2**63), "beyond 2^63 - 1, the longest there is"),
            ],
        ),
        ("827e", [(9, 7, "126", "the length is in the next 2 bytes")]),
        (
            "827e01",
            [
                (9, 7, "126", "the length is in the next 2 bytes"),
                (16, 8, "01 …", "1 of 2 bytes are here"),
            ],
        ),
        (
            "827f00000000",
            [
                (9, 7, "127", "the length is in the next 8 bytes"),
                (16, 32, "00 00 00 00 …", "4 of 8 bytes are here"),
            ],
        ),
    ],
)
def test_a_length_is_described_in_each_of_its_forms_and_when_it_is_cut(source, found):
    assert lengths(source) == found


def test_a_masking_key_that_is_cut_is_described_as_far_as_it_goes():
    dissection = dissect("8185 37fa")
    assert (dissection.header_size, dissection.mask_key, dissection.missing) == (None, None, None)
    key = dissection.fields[-1]
    assert (key.kind, key.start, key.width, key.value) == ("key", 16, 16, b"\x37\xfa")
    assert (key.shown, key.meaning) == ("37 fa …", "2 of 4 bytes are here")
    assert dissect("8185").fields[-1].kind == "length"


@pytest.mark.parametrize(
    ("source", "how", "shown", "meaning"),
    [
        ("8105 48656c6c6f", {}, "Hello", "5 bytes"),
        ("8105 4865", {}, "He", "2 bytes of 5 are here"),
        ("8205 48656c6c6f", {}, "48 65 6c 6c 6f", "5 bytes"),
        ("8210" + "aa" * 16, {}, " ".join(["aa"] * 16), "16 bytes"),
        ("8211" + "aa" * 17, {}, " ".join(["aa"] * 16) + " …", "17 bytes"),
        ("8001 6f", {}, "o", "1 byte"),
        ("8901 6f", {}, "o", "1 byte"),
        ("8801 03", {}, r"\x03", "1 byte"),
        ("c103 f24805", {"extensions": DEFLATE}, "f2 48 05", "3 bytes, compressed"),
        ("c203 f24805", {"extensions": DEFLATE}, "f2 48 05", "3 bytes, compressed"),
        ("c901 6f", {"extensions": DEFLATE}, "o", "1 byte"),
        ("c001 6f", {"extensions": DEFLATE}, "o", "1 byte"),
        ("8185 37fa213d 7f9f", {}, "He", "2 bytes of 5 are here, unmasked here"),
    ],
)  # fmt: skip
def test_a_payload_is_shown_by_its_kind(source, how, shown, meaning):
    payload = dissect(source, **how).fields[-1]
    assert (payload.kind, payload.shown, payload.meaning) == ("payload", shown, meaning)


def test_an_empty_payload_has_no_field():
    assert [field[0] for field in fields("8100")][-1] == "length"
    assert [field[0] for field in fields("8180 37fa213d")][-1] == "key"


def test_a_close_has_a_code_and_a_reason():
    assert fields("8805 03e8 627965")[-2:] == [
        ("code", "close code", 16, 16, "1000", "the purpose is fulfilled"),
        ("reason", "reason", 32, 24, "bye", "3 bytes for the people who run it"),
    ]
    assert [field[0] for field in fields("8802 03e8")][-1] == "code"


def test_bits_belong_to_fields_and_the_bits_after_the_frame_to_none():
    dissection = dissect("8100 ff")
    assert [dissection.field_at(bit).name for bit in (0, 3, 4, 7, 8, 9, 15)] == [
        "FIN", "RSV3", "opcode", "opcode", "MASK", "payload length", "payload length",
    ]  # fmt: skip
    assert dissection.field_at(16) is None


# -- what is there, and what is missing ------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "complete", "missing"),
    [
        ("", False, None),
        ("81", False, None),
        ("8105", False, 5),
        ("8105 4865", False, 3),
        ("8105 48656c6c6f", True, 0),
        ("8105 48656c6c6f 00", True, 0),
        ("827e00", False, None),
        ("8185 37fa21", False, None),
        ("8185 37fa213d", False, 5),
        ("827f 7fffffffffffffff 00", False, LONGEST - 1),
    ],
)
def test_what_is_missing_is_counted_once_the_header_is_whole(source, complete, missing):
    dissection = dissect(source)
    assert (dissection.complete, dissection.missing) == (complete, missing)
    assert (dissection.frame is not None) is complete


def test_what_was_read_is_judged_for_the_receiver_and_its_limit():
    dissection = dissect("8205", receiver="server", max_size=4)
    assert [violation.rule.id for violation in dissection.violations] == [
        "mask-missing",
        "frame-too-long",
    ]
    assert dissection.close_code == 1002


def test_nothing_has_no_fields_and_breaks_nothing():
    dissection = dissect(b"", receiver="client")
    assert dissection == Dissection(receiver="client")


def test_the_frame_has_all_that_the_first_byte_says():
    frame = dissect("72 00", receiver="client").frame
    assert frame == Frame(Opcode.BINARY, b"", False, True, True, True)


@pytest.mark.parametrize(
    ("source", "receiver"),
    [("", "server"), ("81", "server"), ("8100", "client"), ("8180", "server")],
)
def test_without_a_receiver_the_side_is_taken_for_which_the_mask_bit_is_right(source, receiver):
    assert dissect(source).receiver == receiver
    assert dissect(source).violations == ()


def test_several_frames_are_taken_apart_one_after_the_other():
    parts = list(dissect_all("8101 61 8900 8205 01", receiver="client"))
    assert [part.data.hex() for part in parts] == ["810161", "8900", "820501"]
    assert [part.complete for part in parts] == [True, True, False]
    assert {part.receiver for part in parts} == {"client"}
    assert [part.problem for part in dissect_all("8")] == ["Expected bytes or hex digits, got '8'."]


# -- arguments that are no use ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        (
            {"source": "81 0"},
            "Expected bytes or hex digits, got '81 0'.",
        ),
        ({"source": None}, "Expected bytes or hex digits, got None."),
        (
            {"source": b"\x81", "receiver": "Server"},
            "Expected the receiver 'server' or 'client', got 'Server'.",
        ),
        (
            {"source": b"\x81", "extensions": 5},
            "Expected a list of extensions, got int.",
        ),
        (
            {"source": b"\x81", "max_size": "10"},
            "Expected a limit in bytes, or None, got '10'.",
        ),
    ],
)
def test_what_cannot_be_dissected_has_a_problem_and_nothing_else(how, problem):
    dissection = dissect(**how)
    assert dissection == Dissection(problem=problem)
    assert (dissection.fields, dissection.violations, dissection.complete) == ((), (), False)


def test_a_bad_paste_keeps_the_extensions():
    assert dissect("8", extensions=DEFLATE).extensions == (DEFLATE,)


@pytest.mark.parametrize(
    ("extensions", "names"),
    [
        ((), ()),
        ("", ()),
        ("permessage-deflate", (DEFLATE,)),
        ("Permessage-Deflate; server_max_window_bits=10, x-a ,", (DEFLATE, "x-a")),
        (["permessage-deflate; client_max_window_bits", " X-B "], (DEFLATE, "x-b")),
    ],
)
def test_extensions_are_named_by_a_list_or_by_the_text_of_a_header(extensions, names):
    assert extension_names(extensions) == names


def test_extensions_that_are_no_list_are_refused():
    with pytest.raises(InputError) as caught:
        extension_names(None)
    assert str(caught.value) == "Expected a list of extensions, got NoneType."


def test_many_frames_keep_each_byte_once():
    data = b"\x89\x00" * 5_000 + b"\x82"
    parts = list(dissect_all(data, "client"))
    assert b"".join(part.data for part in parts) == data
    assert sum(len(part.rest) for part in parts) == 0


def test_all_frames_are_judged_under_the_same_limit():
    parts = dissect_all("8201 00 8202 0000", "client", max_size=1)
    assert [part.close_code for part in parts] == [None, 1009]


class Broken:
    """An object that raises whatever it is asked."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = object.__hash__


class Failing:
    """A list that breaks off."""

    def __iter__(self):
        yield "x-a"
        raise KeyError("gone")


@pytest.mark.parametrize("take_apart", [dissect, lambda *a, **how: next(dissect_all(*a, **how))])
@pytest.mark.parametrize(
    ("how", "problem"),
    [
        (
            {"extensions": [Broken()]},
            "Expected a list of extensions; reading the list failed with RuntimeError.",
        ),
        (
            {"extensions": Failing()},
            "Expected a list of extensions; reading the Failing failed with KeyError.",
        ),
        (
            {"receiver": Broken()},
            "Expected the receiver 'server' or 'client', got Broken.",
        ),
        ({"receiver": 5}, "Expected the receiver 'server' or 'client', got 5."),
        ({"max_size": Broken()}, "Expected a limit in bytes, or None, got Broken."),
    ],
)
def test_arguments_that_fail_when_they_are_looked_at_are_named(take_apart, how, problem):
    assert take_apart("8900", **how) == Dissection(problem=problem)
