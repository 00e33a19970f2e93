"""The values that the course takes from the RFC are the ones that it prints."""

import json

from tests.support import places
from wslearn.protocol.examples import COURSE_KEY, SAMPLE_KEY, SAMPLE_NONCE
from wslearn.protocol.frame import Frame

VECTORS = json.loads((places.VECTORS / "vectors.json").read_text(encoding="utf-8"))
PRINTED = {
    vector["id"]: vector
    for group in ("rfc_handshake_examples", "rfc_frame_examples")
    for vector in VECTORS[group]
}


def test_the_key_of_the_masked_hello():
    frame = Frame.text("Hello").encode(mask_key=COURSE_KEY)
    assert [frame.hex()] == PRINTED["f-text-masked"]["frames"]


def test_the_key_of_the_sample_handshake():
    assert SAMPLE_NONCE.hex() == PRINTED["hs-accept"]["key_decoded_hex"]
    assert PRINTED["hs-accept"]["key"] == SAMPLE_KEY
