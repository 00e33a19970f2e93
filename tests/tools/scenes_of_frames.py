"""The conversations of the cases about single frames (07 to 15)."""

from tests.support.scene import Scene
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Compressor, Window
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import Frame


def case_07(scene: Scene) -> None:
    """A client masks its messages, but not its Pongs."""
    talk = scene.talk("client", "server").meet("ws://play.example/game")
    for text, answer in (("join room 4", "joined"), ("move e2 e4", "ok")):
        scene.wait(0.8)
        talk.from_client(Frame.text(text))
        talk.from_server(Frame.text(answer))
    scene.wait(28.0)
    alive = Frame.ping(b"alive?")
    talk.arrives("server", alive.encode())
    talk.send("client", Frame.pong(alive.payload).encode())
    talk.end("The server closed TCP.")


def case_08(scene: Scene) -> None:
    """A server compresses although the client has offered no extension."""
    talk = scene.talk("embedded client", "server").meet("ws://plant.example/values")
    talk.from_client(Frame.text("values please"))
    scene.wait(0.1)
    values = b'{"temperature":21.5,"pressure":1013,"temperature_max":30.0,"pressure_max":1100}'
    talk.from_server(Frame(Opcode.TEXT, Compressor(Window(15, True)).compress(values), rsv1=True))
    talk.end("The server closed TCP.")


def case_09(scene: Scene) -> None:
    """A server uses the function with which clients write frames."""
    talk = scene.talk("browser", "small board").meet("ws://board.example/")
    talk.from_client(Frame.text("led on"))
    scene.wait(0.03)
    talk.send("server", Frame.text("led is on").encode(mask_key=scene.key()))
    talk.end("The board closed TCP.")


def case_10(scene: Scene) -> None:
    """A server writes a length of two bytes in the order of its own processor."""
    talk = scene.talk("browser", "server").meet("ws://news.example/")
    for text in ("first item", "second item"):
        scene.wait(1.0)
        talk.from_server(Frame.text(text))
    scene.wait(1.0)
    article = Frame.text("A longer item. " * 20)
    data = bytearray(article.encode())
    data[2:4] = reversed(data[2:4])
    talk.send("server", bytes(data))
    scene.wait(1.0)
    talk.send("server", Frame.text("fourth item").encode())
    talk.end("The browser closed TCP.")


def case_11(scene: Scene) -> None:
    """A length of 125 is written in the form for longer ones."""
    talk = scene.talk("browser", "media server").meet("ws://media.example/signal")
    talk.from_client(Frame.text('{"command":"request_offer"}'))
    for size in (124, 126, 125):
        scene.wait(0.2)
        text = '{"candidate":"' + "x" * (size - 16) + '"}'
        frame = Frame.text(text)
        talk.from_server(frame, **({"length_bits": 16} if size >= 125 else {}))
    talk.end("The media server closed TCP.")


def case_12(scene: Scene) -> None:
    """A Ping with a large payload, to measure how fast the line is."""
    talk = scene.talk("client", "server").meet("ws://probe.example/")
    for size in (0, 16, 125, 300):
        scene.wait(1.0)
        talk.from_client(Frame(Opcode.PING, (b"0123456789" * 30)[:size]))
    talk.end("The server closed TCP.")


def case_13(scene: Scene) -> None:
    """A Ping without its FIN bit."""
    talk = scene.talk("C++ client", "server").meet("ws://line.example/")
    talk.from_client(Frame.text("hello"))
    talk.from_server(Frame.text("hello to you"))
    scene.wait(15.0)
    talk.from_client(Frame(Opcode.PING, b"", fin=False))
    talk.end("The server closed TCP.")


def case_14(scene: Scene) -> None:
    """A client turns the payload of a Ping into text and back."""
    talk = scene.talk("client", "server").meet("ws://meter.example/")
    counts = (0x0000014F5C21370B, 0x0000014F5C217203, 0x0000014FDC21F78B)
    for count in counts:
        scene.wait(25.0)
        payload = count.to_bytes(8, "big")
        talk.arrives("server", Frame.ping(payload).encode())
        said = payload.decode(errors="replace").encode()
        talk.from_client(Frame.pong(said))
    scene.wait(10.0)
    talk.send("server", talk.server.send_close(1011, "no answer to the last ping"))
    talk.end("The server closed TCP.")


CUT = 16
"""Case 15: how many bytes came with the first segment of TCP."""


def case_15(scene: Scene) -> None:
    """A server takes the start of each TCP segment for the start of a frame."""
    talk = scene.talk("browser", "server").meet("ws://notes.example/")
    talk.from_client(Frame.text("short note"))
    talk.from_server(Frame.text("saved"))
    scene.wait(4.0)
    note = Frame.text("a note that is somewhat longer than the others")
    while True:
        data = note.encode(mask_key=scene.key())
        found = dissect(data[CUT:], "server").violations
        if found and found[0].rule.id == "opcode-reserved" and data[CUT] & 15 == 13:
            break
    talk.arrives("client", data[:CUT])
    talk.arrives("client", data[CUT:])
    talk.quiet = False
    talk.ends["server"] = deaf = Connection("server")  # it has forgotten the unfinished frame
    deaf.receive(data[CUT:])
    talk.send("server", deaf.take_output())
    talk.end("The server closed TCP.")
