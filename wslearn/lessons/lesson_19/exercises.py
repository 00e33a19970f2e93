"""Lesson 19: the inputs that its exercises are tried on."""

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import SAMPLE_KEY

from .solutions import over_http2, read_packet, remaining_length, split_frames, stomp_body
from .writing import http2_frame, mqtt_length, stomp_frame

PACKETS = (
    '42["vote","tea"]',
    '421["vote","tea"]',
    "2",
    "3probe",
    "40",
    '40/class,{"name":"Ada"}',
    '42/class,12["vote","tea"]',
    "4312[true]",
    '0{"sid":"a"}',
    "41/class,",
    '44{"message":"/ no, thank you"}',
    '42["7","/a,b"]',
    '4210["ten",10]',
    "6",
    '43/a/b,0["x"]',
)
LENGTHS = (0, 1, 127, 128, 300, 321, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455)

FRAMES = (
    http2_frame(0, 0, 1, b"Hello"),
    http2_frame(4, 1, 0, b""),
    http2_frame(8, 0, 3, bytes([0, 0, 16, 0])),
    http2_frame(1, 4, 2**31 - 1, b"\x88"),
    http2_frame(0, 1, 258, bytes(300)),
)
WITH_R = bytes([0, 0, 2, 0, 1, 0x80, 0, 0, 5]) + b"ok"

HEADERS = [
    ("Host", "chat.example"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", SAMPLE_KEY),
    ("Sec-WebSocket-Version", "13"),
]
BROWSER = [
    ("Sec-WebSocket-Version", "13"),
    ("Origin", "https://chat.example"),
    ("Sec-WebSocket-Protocol", "mqtt"),
    ("connection", "keep-alive, Upgrade"),
    ("HOST", "chat.example:8443"),
    ("SEC-WEBSOCKET-KEY", SAMPLE_KEY),
    ("UPGRADE", "websocket"),
    ("Cookie", "seat=Upgrade"),
]

EXERCISES = (
    Exercise(
        "19.1",
        read_packet,
        setup=("from wslearn.lessons.lesson_19.subprotocols import ENGINE, SOCKET",),
        cases=cases(
            [(PACKETS[0],), (PACKETS[2],), (PACKETS[6],)], [(packet,) for packet in PACKETS]
        ),
    ),
    Exercise(
        "19.2",
        remaining_length,
        cases=cases(
            [(mqtt_length(5),), (mqtt_length(321),), (b"\x80\x80\x80\x80\x01",)],
            [
                *((mqtt_length(length),) for length in LENGTHS),
                (mqtt_length(321) + b"\x00\x03tea",),
                (mqtt_length(5) + b"\xff\xff",),
                (b"\xc1",),
                (b"",),
                (b"\xff\xff\xff\xff",),
                (b"\xff\xff\xff\xff\xff",),
            ],
        ),
        anchor=((b"\xc1\x02",), (321, 2)),  # MQTT 3.1.1 §2.2.3
    ),
    Exercise(
        "19.3",
        stomp_body,
        cases=cases(
            [
                (stomp_frame(b"tea"),),
                (stomp_frame(b"a\0b", b"content-length:3"),),
            ],
            [
                (stomp_frame(b""),),
                (stomp_frame(b"tea") + b"\n\n",),
                (stomp_frame(b"a\n\nb"),),
                (stomp_frame(b"\0\0\0", b"content-length:3"),),
                (stomp_frame("Grüße".encode(), b"content-length:7"),),
                (stomp_frame(b"a\0b", b"content-length:3", b"content-length:1"),),
                (stomp_frame(b"tea", b"x-content-length:1"),),
                (stomp_frame(b"", b"content-length:0"),),
                (stomp_frame(b"x\n\ny\0z", b"content-length:6", b"id:7") + b"\n",),
                (stomp_frame(b"tea", b"note:content-length:1"),),
                (stomp_frame(b"a\0b", b"content-length:3") + b"\n" + stomp_frame(b"coffee"),),
                (stomp_frame(b"tea") + stomp_frame(b"coffee"),),
            ],
        ),
    ),
    Exercise(
        "19.4",
        over_http2,
        cases=cases(
            [("/chat", [HEADERS[0], *HEADERS[3:]])],
            [
                ("/chat", HEADERS),
                ("/chat?room=7", BROWSER),
                ("/", [*HEADERS, ("Origin", "https://chat.example")]),
                (
                    "/",
                    [
                        HEADERS[0],
                        ("Sec-WebSocket-Protocol", "mqtt"),
                        ("Sec-WebSocket-Protocol", "v12.stomp"),
                    ],
                ),
                ("/", [*HEADERS[:4], ("Sec-WebSocket-Extensions", "permessage-deflate")]),
                ("/", [("X-Upgrade", "1"), ("host", "[::1]:8443")]),
            ],
        ),
    ),
    Exercise(
        "19.5",
        split_frames,
        cases=cases(
            [(FRAMES[0],), (FRAMES[1] + FRAMES[0],), (FRAMES[0] + FRAMES[2][:11],)],
            [
                (b"",),
                (FRAMES[0][:8],),
                (b"".join(FRAMES),),
                (WITH_R,),
                (FRAMES[3],),
                (FRAMES[4],),
                (FRAMES[1],),
                (FRAMES[0][:-1],),
                (FRAMES[2] + WITH_R + FRAMES[3][:9],),
            ],
        ),
        section="4.1",
    ),
)
