"""Lesson 10: the solutions of its exercises, as a student would write them."""

import zlib

TAIL = bytes.fromhex("0000ffff")

HINTS = ["client_no_context_takeover", "client_max_window_bits"]


def begin_frame(fin, opcode, compressing):
    first = opcode
    if fin:
        first = first | 0b1000_0000
    if compressing and opcode in (1, 2):
        first = first | 0b0100_0000
    return first


def compress_message(data):
    compressor = zlib.compressobj(wbits=-15)
    squeezed = compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return squeezed[:-4]


def read_compressed(payloads):
    decompressor = zlib.decompressobj(wbits=-15)
    messages = []
    for payload in payloads:
        messages.append(decompressor.decompress(payload + TAIL))
    return messages


def unpack_within(payload, limit):
    decompressor = zlib.decompressobj(wbits=-15)
    message = decompressor.decompress(payload + TAIL, limit + 1)
    if len(message) > limit:
        return None
    return message


def answer_offers(offered):
    for offer in offered.split(","):
        words = [word.strip() for word in offer.split(";")]
        reply = words[0]
        possible = reply == "permessage-deflate"
        for word in words[1:]:
            if word == "server_no_context_takeover":
                reply = reply + "; server_no_context_takeover"
            elif word.split("=")[0] not in HINTS:
                possible = False
        if possible:
            return reply
    return None
