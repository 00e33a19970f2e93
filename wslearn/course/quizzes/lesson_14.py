"""Quiz 14: how fast it goes, and how to know."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.length import header_size

SMALL = 5
SERVER, CLIENT = header_size(SMALL, masked=False), header_size(SMALL, masked=True)

QUESTIONS = (
    Question(
        "A program sends a million messages of five bytes. What would make the whole of it "
        "smaller on the wire?",
        "RFC 6455 §5.2",
        (
            wrong(
                "A shorter form for the payload length",
                f"There is none: five bytes already have the shortest header, {SERVER} bytes from "
                f"a server and {CLIENT} from a client.",
            ),
            right(
                "Several of them put into one message",
                "TCP, IP and the frame's header then come once for all of them. What small "
                "messages cost is what stands around them.",
            ),
            wrong(
                "A masking-key that is used again, so that it need not be sent",
                "The key stands in every masked frame, and each frame needs a fresh one.",
            ),
            wrong(
                "Fragments, so that each frame has less to carry",
                "Each fragment has a header of its own. There would be more to send.",
            ),
        ),
    ),
    Question(
        "Masking 16 KiB as one large number takes far less time than a loop. Why?",
        "RFC 6455 §5.3",
        (
            wrong(
                "The large number is masked with fewer XORs, and skips some of the bytes",
                "Every byte is masked in either way, and the results are the same.",
            ),
            wrong(
                "A processor has a single step for numbers of 16 KiB",
                "It has steps for 8 bytes, or some more. The large number is worked through piece "
                "by piece.",
            ),
            wrong(
                "The key is looked at only once, so it is faster to send",
                "What travels is the same. Only the way to compute it differs.",
            ),
            right(
                "Python is asked three times in all, and no longer for each byte",
                "What Python does for one step costs far more than the XOR. So the steps have to "
                "be few, and large.",
            ),
        ),
    ),
    Question(
        "Two ways to mask are timed. The first runs a hundred times, then the second runs a "
        "hundred times. What is wrong with that?",
        "RFC 6455 §5.3",
        (
            right(
                "Whatever slows the machine down in one half counts against one way only",
                "In turns both are slowed down alike, and the ratio of a pair hardly notices. Both "
                "follow one rule, so nothing but the time may differ.",
            ),
            wrong(
                "Nothing, as long as it is the same hundred times for both",
                "The number is fair. The two stretches of time are not the same.",
            ),
            wrong(
                "A hundred is too few: with a million the noise disappears",
                "Noise shrinks with more runs. What differs between the halves stays.",
            ),
            wrong(
                "The second way is always faster, because the first has warmed up Python",
                "That may happen, but it is not always so. Turns take care of it too.",
            ),
        ),
    ),
    Question(
        "A table says: masking, 1.5 times as fast as a library with a part in C, at 1 MiB. What "
        "do you know then?",
        "RFC 6455 §5.3",
        (
            wrong(
                "That a server built on it takes 1.5 times as many clients",
                "Masking is one step among many, and most messages are far shorter than that.",
            ),
            wrong(
                "That it is 1.5 times as fast at 16 bytes too",
                "Short data is another matter: there the calls cost more than the bytes.",
            ),
            right(
                "How the two compare at that task and length, where it was measured",
                "Another machine, another length or another task needs its own measurement. The "
                "rule of masking is all that stays the same.",
            ),
            wrong(
                "That C code is slow",
                "Both ways end in machine code. One of them copies the data and the other does "
                "not.",
            ),
        ),
    ),
    Question(
        "A payload of 16 MiB comes in pieces of 4 KiB. A program sets aside 16 MiB as soon as it "
        "has read the header. What do you say?",
        "RFC 6455 §10.4",
        (
            wrong(
                "It should set aside twice as much, to be on the safe side",
                "The length is known. The question is whether it can be believed.",
            ),
            wrong(
                "It is right: like that nothing is copied later",
                "It is fast for honest peers. The others promise much and send nothing.",
            ),
            wrong(
                "It is right, if a limit for a message is below 16 MiB",
                "Then the frame would have been refused, and there would be nothing to set aside.",
            ),
            right(
                "A header is cheap to send, so room should grow with what has really come",
                "Otherwise ten thousand headers, a few bytes each, fill the memory.",
            ),
        ),
    ),
)
