"""The conversations of the cases about time, proxies, and coming back (29 to 35)."""

from tests.support.scene import Scene, Talk
from wslearn.protocol.frame import Frame


def two_legs(scene: Scene, client: str, server: str, uri: str) -> tuple[Talk, Talk]:
    """A client, a proxy and a server, with an open connection on each side of the proxy."""
    outside = scene.talk(client, "proxy")
    asked = outside.request(uri)
    inside = scene.talk("proxy", server)
    inside.arrives("client", asked)
    outside.arrives("server", inside.reply())
    outside.open()
    return outside, inside


def case_29(scene: Scene) -> None:
    """A proxy closes connections that have been silent for a minute."""
    outside, inside = two_legs(scene, "browser", "server", "ws://pad.example/")
    for wait, text, answer in ((1.0, "open pad 3", "pad 3 is open"), (12.0, "line 1", "kept")):
        scene.wait(wait)
        for leg in (outside, inside):
            leg.from_client(Frame.text(text))
        for leg in (inside, outside):
            leg.from_server(Frame.text(answer))
    scene.wait(60.0 - 0.008)
    outside.end("The proxy closed TCP. No Close had passed: the browser reports 1006.")
    inside.end("The proxy closed TCP. No Close had passed: the server reports 1006.")


def case_30(scene: Scene) -> None:
    """A client sends all the time, and reads nothing."""
    talk = scene.talk("client", "server").meet("ws://stress.example/")
    talk.from_client(Frame.text("begin"))
    scene.wait(5.0)
    talk.send("server", talk.server.send_ping(b"1"))
    for number in range(1, 4):
        scene.wait(5.0)
        talk.from_client(Frame.text(f"value {number}"))
    scene.wait(5.0)
    talk.arrives("server", talk.server.send_ping(b"2"))
    for number in range(4, 7):
        scene.wait(6.0)
        talk.from_client(Frame.text(f"value {number}"))
    scene.wait(2.0)
    talk.arrives("server", talk.server.send_close(1011, "keepalive ping timeout"))
    talk.end("The server closed TCP.")


def case_31(scene: Scene) -> None:
    """A proxy waits until it has enough to pass on."""
    outside, inside = two_legs(scene, "browser", "server", "ws://clock.example/")
    held = []
    for number in range(1, 7):
        scene.wait(1.0)
        data = Frame.text(f"tick {number}").encode()
        inside.send("server", data)
        if number == 1:
            outside.send("server", data)
        else:
            held.append(data)
    for data in held:
        outside.send("server", data)
    scene.wait(0.5)
    outside.send("client", outside.client.send_close(1000))
    outside.end("The proxy closed TCP.")
    inside.send("client", inside.client.send_close(1000))
    inside.end("The server closed TCP.")


def case_32(scene: Scene) -> None:
    """A proxy loses the frame that came in one segment with the reply."""
    outside = scene.talk("client", "proxy")
    asked = outside.request("ws://hello.example/")
    inside = scene.talk("proxy", "server")
    inside.arrives("client", asked)
    greeting = Frame.text("your ticket is 81").encode()
    answer = inside.reply(change=lambda head: head + greeting)
    outside.arrives("server", answer.removesuffix(greeting))
    outside.open()
    scene.wait(1.0)
    for leg in (inside, outside):
        leg.from_server(Frame.text("now serving 78"))
    scene.wait(30.0)
    for leg in (outside, inside):
        leg.send("client", leg.client.send_close(1000, "no ticket came"))
        leg.end("The server closed TCP.")


def case_33(scene: Scene) -> None:
    """A proxy answers its client's Pings itself."""
    outside, inside = two_legs(scene, "client", "server", "ws://door.example/")
    scene.wait(1.0)
    for leg in (outside, inside):
        leg.from_client(Frame.text("watch door 2"))
    for leg in (inside, outside):
        leg.from_server(Frame.text("watching"))
    for number in (1, 2, 3):
        scene.wait(15.0)
        outside.send("client", outside.client.send_ping(bytes([number])))
    scene.wait(14.0)
    inside.send("server", inside.server.send_close(1001, "idle"))
    inside.end("The server closed TCP.")
    outside.send("server", outside.server.send_close(1001, "idle"))
    outside.end("The proxy closed TCP.")


def case_34(scene: Scene) -> None:
    """A client reconnects, and subscribes twice."""
    subscribe = Frame.text('{"subscribe":"telemetry"}')
    first = scene.talk("client", "server").meet("ws://probe.example/")
    first.from_client(subscribe)
    for value in (7, 9):
        scene.wait(1.0)
        first.from_server(Frame.text(f'{{"telemetry":{value}}}'))
    scene.wait(0.5)
    first.send("server", first.server.send_close(1012, "restart"))
    first.end("The server closed TCP.")
    scene.wait(2.0)
    second = scene.talk("client", "server").meet("ws://probe.example/")
    second.from_client(subscribe)
    scene.wait(0.01)
    second.from_client(subscribe)
    for value in (12, 14):
        scene.wait(1.0)
        for _ in range(2):
            second.from_server(Frame.text(f'{{"telemetry":{value}}}'))
    scene.wait(0.5)
    second.send("client", second.client.send_close(1000))
    second.end("The server closed TCP.")


def case_35(scene: Scene) -> None:
    """A client reconnects, and does not say what it has seen."""
    first = scene.talk("phone", "server").meet("ws://chat.example/")
    first.from_client(Frame.text('{"join":"room 5"}'))
    for number in (41, 42):
        scene.wait(3.0)
        first.from_server(Frame.text(f'{{"id":{number},"text":"message {number}"}}'))
    scene.wait(1.0)
    first.end("The phone lost its network. No Close had passed: both sides report 1006.")
    scene.wait(20.0)
    second = scene.talk("phone", "server").meet("ws://chat.example/")
    second.from_client(Frame.text('{"join":"room 5"}'))
    scene.wait(2.0)
    second.from_server(Frame.text('{"id":45,"text":"message 45"}'))
    scene.wait(5.0)
    second.send("client", second.client.send_close(1000))
    second.end("The server closed TCP.")
