"""Quiz 01: bits, nibbles, byte order, XOR."""

from wslearn.course.question import Question, right, wrong

BYTE = 0x81
HIGH, LOW = BYTE >> 4, BYTE & 0xF
LENGTH = 256
BIG, LITTLE = LENGTH.to_bytes(2, "big").hex(" "), LENGTH.to_bytes(2, "little").hex(" ")
LETTER, K = ord("e"), 0xFA

QUESTIONS = (
    Question(
        f"Which bits does the byte {BYTE:02x} (hex) stand for?",
        "RFC 6455 §5.2",
        (
            wrong(
                f"{int(str(f'{BYTE:02x}')):08b}",
                f"These are the bits of the number {BYTE:02x} in base ten. The two digits are hex.",
            ),
            wrong(
                f"{LOW << 4 | HIGH:08b}",
                "The halves are swapped. The left digit gives the left four bits.",
            ),
            right(
                f"{BYTE:08b}",
                f"{HIGH:x} is {HIGH:04b} and {LOW:x} is {LOW:04b}: one hex digit for four bits.",
            ),
            wrong(
                f"{BYTE ^ 0xFF:08b}",
                "Here every bit is turned over.",
            ),
        ),
    ),
    Question(
        "The figures of RFC 6455 number the bits of a row. Where does bit 0 stand?",
        "RFC 6455 §5.2",
        (
            right(
                "On the left; it is the one that counts most",
                "The figure counts in the order of reading, so FIN, the first bit, is bit 0.",
            ),
            wrong(
                "On the right; it counts least, as usual in arithmetic",
                "Many data sheets count that way. The RFC counts from the left.",
            ),
            wrong(
                "On the left; it counts least",
                "The place is right. But the leftmost bit of a byte counts most: 128.",
            ),
            wrong(
                "Nowhere: the RFC counts from 1",
                "It counts from 0, as programs do.",
            ),
        ),
    ),
    Question(
        f"A length of {LENGTH} travels in two bytes in network byte order. Which two?",
        "RFC 6455 §5.2",
        (
            wrong(
                LITTLE,
                "That is little-endian, the order inside many processors. The network's is the "
                "other one.",
            ),
            right(
                BIG,
                "Network byte order is big-endian: the byte that counts most travels first.",
            ),
            wrong(
                f"{LENGTH - 1:02x} 01",
                "The two bytes are not added. The first one counts 256 times more.",
            ),
            wrong(
                bytes(map(int, divmod(LENGTH, 100))).hex(" "),
                "That splits the number in base ten. A byte is a digit in base 256.",
            ),
        ),
    ),
    Question(
        f"What is {LETTER:02x} XOR {K:02x}?",
        "RFC 6455 §5.3",
        (
            wrong(
                f"{LETTER & K:02x}",
                "That is AND, where both bits are 1. XOR is 1 where the two bits differ.",
            ),
            wrong(
                f"{(LETTER + K) % 256:02x}",
                "That is the sum, less what does not fit a byte. XOR carries nothing.",
            ),
            wrong(
                f"{LETTER | K:02x}",
                "That is OR. It has a 1 also where both bits are 1; XOR has a 0 there.",
            ),
            right(
                f"{LETTER ^ K:02x}",
                f"{LETTER:08b} and {K:08b} differ in {(LETTER ^ K).bit_count()} places: the 1s of "
                "XOR.",
            ),
        ),
    ),
    Question(
        "You XOR a byte with a key, and the result with the same key again. What do you get?",
        "RFC 6455 §5.3",
        (
            wrong(
                "The key",
                "That comes out if you XOR the result with the first byte instead.",
            ),
            wrong(
                "Zero, whatever the byte was",
                "A byte XORed with itself gives zero. Here the key meets itself, and the byte "
                "stays.",
            ),
            right(
                "The byte you began with",
                "The key meets itself and cancels out. So one function masks and unmasks.",
            ),
            wrong(
                "A byte that is masked twice as well",
                "The second step undoes the first.",
            ),
        ),
    ),
)
