"""The conversations of the cases about messages, goodbyes and compression (16 to 28)."""

from websockets.protocol import State
from websockets.server import ServerProtocol

from tests.support.scene import Scene
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import Compressor, Deflate, Window
from wslearn.protocol.frame import Frame

# -- messages --------------------------------------------------------------------------------------


def case_16(scene: Scene) -> None:
    """Two tasks of a server send on one connection at the same time."""
    talk = scene.talk("browser", "server").meet("ws://report.example/")
    talk.from_client(Frame.text("report please"))
    scene.wait(0.4)
    talk.from_server(Frame.text("rows 1 to 200", fin=False))
    scene.wait(0.1)
    talk.from_server(Frame.continuation(b", rows 201 to 400", fin=False))
    scene.wait(0.02)
    talk.from_server(Frame.text("3 users online"))
    talk.end("The server closed TCP.")


def case_17(scene: Scene) -> None:
    """A gateway makes a text message of each piece that it reads from a pipe."""
    talk = scene.talk("browser", "gateway").meet("ws://gate.example/log")
    lines = "値段は三千円です。在庫は四十個です。".encode()
    at = 0
    for size in (9, 12, 8):
        scene.wait(0.2)
        talk.from_server(Frame(Opcode.TEXT, lines[at : at + size]))
        at += size
    talk.end("The gateway closed TCP.")


def case_18(scene: Scene) -> None:
    """Every fragment of a message says that it is text."""
    talk = scene.talk("browser", "small board").meet("ws://sensor.example/")
    talk.from_client(Frame.text("log"))
    scene.wait(0.1)
    talk.from_server(Frame(Opcode.TEXT, b"10:00 21.5\n", fin=False))
    scene.wait(0.05)
    talk.from_server(Frame(Opcode.TEXT, b"10:05 21.7\n", fin=False))
    talk.end("The board closed TCP.")


def case_19(scene: Scene) -> None:
    """The first of two fragments says that it is the last."""
    talk = scene.talk("client", "server").meet("ws://cart.example/")
    talk.from_client(Frame.text("items"))
    scene.wait(0.1)
    talk.from_server(Frame.text('{"items":[3,5,'))
    scene.wait(0.05)
    talk.from_server(Frame.continuation(b"8,13]}"))
    talk.end("The server closed TCP.")


# -- goodbyes --------------------------------------------------------------------------------------


def case_20(scene: Scene) -> None:
    """A server puts into its Close the code that its library reported."""
    talk = scene.talk("browser", "server").meet("ws://talk.example/")
    talk.from_client(Frame.text("that was all"))
    scene.wait(2.0)
    talk.arrives("client", talk.client.send_close())
    talk.from_server(Frame.close(1005))
    talk.end("The server closed TCP.")


def case_21(scene: Scene) -> None:
    """A client closes with an HTTP status."""
    talk = scene.talk("app", "server").meet("ws://query.example/")
    talk.from_client(Frame.text("unsubscribe"))
    scene.wait(1.0)
    talk.from_client(Frame.close(200, "OK"))
    talk.end("The server closed TCP.")


def case_22(scene: Scene) -> None:
    """A server sends its Close twice."""
    talk = scene.talk("browser", "server").meet("ws://sub.example/channel")
    talk.from_server(Frame.text("welcome"))
    scene.wait(3.0)
    talk.arrives("client", talk.client.send_text("may I speak?"))
    refused = Frame.close(1008, "Publishing not allowed.").encode()
    talk.arrives("server", refused)
    talk.arrives("server", refused)
    talk.client.receive(refused)
    talk.arrives("client", talk.client.take_output())
    talk.end("The server closed TCP.")


def case_23(scene: Scene) -> None:
    """A server sends data after its Close."""
    talk = scene.talk("browser", "desktop program").meet("ws://local.example/")
    for text in ("progress 40", "progress 80"):
        scene.wait(1.0)
        talk.from_server(Frame.text(text))
    scene.wait(0.6)
    goodbye = talk.server.send_close(1001, "the program ends")
    talk.arrives("server", goodbye)
    talk.arrives("server", Frame.text("progress 81").encode())
    talk.client.receive(goodbye)
    talk.arrives("client", talk.client.take_output())
    talk.end("The program ended, and TCP with it.")


def case_24(scene: Scene) -> None:
    """A server that gets what it cannot use hangs up without a Close."""
    talk = scene.talk("client", "server").meet("ws://form.example/")
    talk.from_client(Frame.text('{"name":"form 7"}'))
    talk.from_server(Frame.text("saved"))
    scene.wait(2.0)
    talk.from_client(Frame.ping(b"1"))
    scene.wait(1.0)
    saved = Frame(3, b'{"name":"form 8"}')
    talk.arrives("client", saved.encode(mask_key=scene.key()))
    talk.end("The server closed TCP. No Close had passed: the client reports 1006.")


def case_25(scene: Scene) -> None:
    """What websockets 17.4 answers to a Close between two fragments."""
    talk = scene.talk("browser", "server").meet("ws://upload.example/")
    library = ServerProtocol(state=State.OPEN)
    for frame in (
        Frame.text("part one, ", fin=False),
        Frame.continuation(b"part two, ", fin=False),
        Frame.close(1001, "the page was left"),
    ):
        scene.wait(0.3)
        data = frame.encode(mask_key=scene.key())
        talk.arrives("client", data)
        library.receive_data(data)
        for answer in library.data_to_send():
            if answer:
                talk.arrives("server", answer)
    talk.end("The server closed TCP.")


# -- compression -----------------------------------------------------------------------------------

PRICES = "apples 1.20, pears 1.35, plums 2.10, grapes 3.40, figs 4.75, limes 0.45, dates 5.60"
TOKEN = "session qX7Rk2ZbV9Lw4TfHs8YmNc6Jd3Gp"
AGAIN = f"renewed {TOKEN}"


def case_26(scene: Scene) -> None:
    """A message that did not compress was sent as it is, but stayed in the window."""
    talk = scene.talk("browser", "server").meet("ws://till.example/", deflate=Deflate())
    compressor = Compressor(Window(15, True))
    for text in (PRICES, TOKEN, AGAIN):
        scene.wait(1.0)
        plain = text.encode()
        packed = compressor.compress(plain)
        smaller = len(packed) < len(plain)
        talk.from_server(Frame(Opcode.TEXT, packed if smaller else plain, rsv1=smaller))
    scene.wait(2.0)
    talk.send("client", talk.client.send_close(1000))
    talk.end("The server closed TCP.")


def case_27(scene: Scene) -> None:
    """Every fragment of a compressed message is marked as compressed."""
    talk = scene.talk("client", "server").meet("ws://bulk.example/", deflate=Deflate())
    packed = Compressor(Window(15, True)).compress(b"row 1, row 2, row 3, row 4, row 5, row 6")
    half = len(packed) // 2
    scene.wait(0.5)
    talk.from_server(Frame(Opcode.TEXT, packed[:half], fin=False, rsv1=True))
    talk.from_server(Frame(Opcode.CONTINUATION, packed[half:], rsv1=True))
    talk.end("The server closed TCP.")


def case_28(scene: Scene) -> None:
    """A server promises a small window, and compresses with the largest."""
    talk = scene.talk("client", "server")
    talk.request("ws://archive.example/", deflate=Deflate())
    talk.reply(deflate=Deflate(window_bits=9))
    compressor = Compressor(Window(15, True))
    scene.wait(0.2)
    word = scene.random.randbytes(20).hex()
    filling = scene.random.randbytes(300).hex()
    for text in ("index: short", f"first {word}", f"pages {filling}", f"again {word}"):
        scene.wait(0.2)
        talk.from_server(Frame(Opcode.TEXT, compressor.compress(text.encode()), rsv1=True))
    talk.end("The server closed TCP.")
