"""Record a conversation of a real library for each subprotocol of lesson 19, through a tap.

    uv run --with python-socketio --with aiohttp --with strawberry-graphql --with starlette \\
        --with "gql[websockets]" --with stomp.py --with CoilMQ \\
        python -m tests.tools.record_subprotocols [NAME ...]

The libraries are not part of the project; all of them run on 127.0.0.1 only. Each record names them
with their versions. (amqtt needs an older websockets than the others: record it in a separate
environment.)
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.metadata import version

from wslearn.lessons.lesson_19.records import record
from wslearn.net.record.journal import Journal
from wslearn.net.record.tap import Tap, tap

HOST = "127.0.0.1"
LONG_TEXT = "two cups of tea, please; " * 12
"""Long enough for a length of two bytes in MQTT."""


@contextlib.asynccontextmanager
async def asgi(app: object) -> AsyncIterator[int]:
    """Serve an application with uvicorn; yields the port."""
    import uvicorn

    config = uvicorn.Config(
        app, host=HOST, port=0, log_level="warning", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


def spoken(*names: str) -> str:
    """The libraries with their versions, in one sentence."""
    listed = ", ".join(f"{name} {version(name)}" for name in names)
    return f"Recorded on 127.0.0.1 with {listed}."


async def until(done: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until this is true."""
    async with asyncio.timeout(seconds):
        while not done():
            await asyncio.sleep(0.02)


async def socketio(open_tap: Callable[[str], Awaitable[Tap]]) -> str:
    import socketio

    server = socketio.AsyncServer(async_mode="asgi", ping_interval=1)

    @server.on("vote")
    async def vote(sid: str, what: str) -> str:
        await server.emit("result", {what: 1})
        return "noted"

    @server.on("*", namespace="/class")
    async def anything(event: str, sid: str, *arguments: object) -> None:
        await server.emit("welcome", "Ada", namespace="/class")

    async with asgi(socketio.ASGIApp(server)) as port:
        through = await open_tap(f"ws://{HOST}:{port}/socket.io/")
        client, heard = socketio.AsyncClient(), []
        client.on("result", lambda *said: heard.append(said))
        client.on("welcome", lambda *said: heard.append(said), namespace="/class")
        await client.connect(
            f"http://{HOST}:{through.port}", transports=["websocket"], namespaces=["/", "/class"]
        )
        assert await client.call("vote", "tea") == "noted"
        await client.emit("join", {"name": "Ada"}, namespace="/class")
        await until(lambda: len(heard) == 2)
        await until(lambda: any(f.dissect().payload == b"3" for f in through.journal.frames))
        await client.disconnect()
    return spoken("python-socketio", "python-engineio", "aiohttp", "uvicorn")


async def graphql(open_tap: Callable[[str], Awaitable[Tap]]) -> str:
    from collections.abc import AsyncGenerator

    import strawberry
    from gql import Client, gql
    from gql.transport.websockets import WebsocketsTransport
    from strawberry.asgi import GraphQL

    async def count(to: int) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number
            await asyncio.sleep(0.05)

    count.__annotations__ = {"to": int, "return": AsyncGenerator[int, None]}
    query = type("Query", (), {"hello": strawberry.field(resolver=_hello)})
    subscription = type("Subscription", (), {"count": strawberry.subscription(resolver=count)})
    schema = strawberry.Schema(strawberry.type(query), subscription=strawberry.type(subscription))

    async with asgi(GraphQL(schema)) as port:
        through = await open_tap(f"ws://{HOST}:{port}/")
        transport = WebsocketsTransport(
            url=through.url,
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
            connect_args={"compression": None},
        )
        async with Client(transport=transport) as session:

            async def listen(to: int) -> list[object]:
                asked = gql(f"subscription {{ count(to: {to}) }}")
                return [said async for said in session.subscribe(asked)]

            two, three = await asyncio.gather(listen(2), listen(3))
            assert (len(two), len(three)) == (2, 3)
            assert await session.execute(gql("{ hello }")) == {"hello": "Hello"}
            with contextlib.suppress(Exception):  # the server says that there is no such field
                await session.execute(gql("{ goodbye }"))
    return spoken("gql", "websockets", "strawberry-graphql", "uvicorn")


def _hello() -> str:
    return "Hello"


async def mqtt(open_tap: Callable[[str], Awaitable[Tap]]) -> str:
    import paho.mqtt.client
    from amqtt.broker import Broker

    broker = Broker(
        {
            "listeners": {"default": {"type": "ws", "bind": f"{HOST}:18883"}},
            "plugins": {
                "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
            },
        }
    )
    await broker.start()
    through = await open_tap(f"ws://{HOST}:18883/mqtt")
    heard: list[bytes] = []
    client = paho.mqtt.client.Client(
        paho.mqtt.client.CallbackAPIVersion.VERSION2, client_id="Ada", transport="websockets"
    )
    client.on_message = lambda _, __, message: heard.append(message.payload)
    await asyncio.to_thread(client.connect, HOST, through.port, 60)
    client.loop_start()
    await until(client.is_connected)
    client.subscribe("votes/#", qos=1)
    await until(lambda: _has(through, b"\x90"))
    client.publish("votes/drinks", "tea")
    client.publish("votes/drinks", LONG_TEXT, qos=1)
    await until(lambda: len(heard) == 2)
    await asyncio.sleep(0.3)
    client.disconnect()
    await until(lambda: not client.is_connected())
    client.loop_stop()
    await asyncio.sleep(0.3)
    await broker.shutdown()
    return spoken("paho-mqtt", "amqtt")


def _has(through: Tap, begins: bytes) -> bool:
    """Whether a message that begins like this has passed."""
    return any(m.content.startswith(begins) for m in through.journal.messages())


async def stomp(open_tap: Callable[[str], Awaitable[Tap]]) -> str:
    import stomp as stomp_py
    import websockets.asyncio.server
    import websockets.exceptions

    port = 18884
    # CoilMQ answers only to its machine's name, which no record should contain.
    start = f"import socket; socket.getfqdn = lambda *name: {HOST!r}; "
    start += "from coilmq.start import main; main()"
    broker = subprocess.Popen(
        [sys.executable, "-c", start, "--host", HOST, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    heard: list[str] = []

    class Listener(stomp_py.ConnectionListener):
        def on_message(self, frame: object) -> None:
            heard.append(frame.body)

    async def bridge(socket: websockets.asyncio.server.ServerConnection) -> None:
        """Pass messages to the broker as a stream, and back (the broker speaks TCP)."""
        reader, writer = await asyncio.open_connection(HOST, port)

        async def back() -> None:
            while data := await reader.read(65536):
                await socket.send(data.decode())
            await socket.close()

        returning = asyncio.create_task(back())
        with contextlib.suppress(websockets.exceptions.ConnectionClosed):
            async for message in socket:
                writer.write(message.encode() if isinstance(message, str) else message)
        writer.close()
        await returning

    try:
        await until(lambda: _listens(port))
        async with websockets.asyncio.server.serve(
            bridge, HOST, 0, subprotocols=["v12.stomp", "v11.stomp", "v10.stomp"], compression=None
        ) as server:
            at = next(iter(server.sockets)).getsockname()[1]
            through = await open_tap(f"ws://{HOST}:{at}/")
            await asyncio.to_thread(_stomp_talk, stomp_py, Listener, through.port, heard)
    finally:
        broker.terminate()
        broker.wait(5)
    return (
        f"{spoken('stomp-py', 'CoilMQ', 'websockets')} CoilMQ speaks STOMP over TCP; a bridge of "
        "a few lines puts what it says into messages."
    )


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as trying:
        return trying.connect_ex((HOST, port)) == 0


def _stomp_talk(stomp_py: object, listener: type, port: int, heard: list[str]) -> None:
    import time

    # It asks for no subprotocol by itself.
    client = stomp_py.WSConnection([(HOST, port)], header=["Sec-WebSocket-Protocol: v12.stomp"])
    client.set_listener("", listener())
    client.connect(wait=True)
    client.subscribe("/topic/votes", id="1", ack="auto")
    client.send("/topic/votes", "tea", receipt="7")
    client.send("/topic/votes", "a\0b")
    until = time.monotonic() + 10
    while len(heard) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    assert len(heard) == 2, heard
    client.disconnect()


async def jupyter(open_tap: Callable[[str], Awaitable[Tap]]) -> str:
    from jupyter_client.session import Session
    from jupyter_server.services.kernels.connection.base import (
        deserialize_msg_from_ws_v1,
        serialize_msg_to_ws_v1,
    )
    from websockets.asyncio.client import connect

    from wslearn.course.jupyter_server import find_server

    server, session = find_server(), Session(username="Ada")
    through = await open_tap(server.url)
    name, value = server.login
    async with connect(
        through.url,
        subprotocols=["v1.kernel.websocket.jupyter.org"],
        additional_headers={name: value},
        compression=None,
    ) as socket:
        asked = session.msg("execute_request", {"code": "print('Hello')", "silent": False})
        await socket.send(serialize_msg_to_ws_v1(asked, "shell", session.pack))
        heard: set[str] = set()
        while not heard >= {"execute_reply", "stream", "idle"}:
            _, parts = deserialize_msg_from_ws_v1(await socket.recv())
            header, parent, _, content = (session.unpack(part) for part in parts[:4])
            if parent.get("msg_id") == asked["header"]["msg_id"]:
                heard |= {header["msg_type"], content.get("execution_state", "")}
    server.stop()
    return spoken("jupyter-client", "websockets", "jupyter-server", "ipykernel")


CONVERSATIONS = {
    "socketio": socketio,
    "graphql": graphql,
    "mqtt": mqtt,
    "stomp": stomp,
    "jupyter": jupyter,
}


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", choices=[[], *CONVERSATIONS], default=[])
    for name in parser.parse_args().names or CONVERSATIONS:
        opened: list[Tap] = []

        async def open_tap(upstream: str, opened: list[Tap] = opened) -> Tap:
            opened.append(await tap(upstream))
            return opened[0]

        remark = await CONVERSATIONS[name](open_tap)
        await opened[0].close()
        journal = opened[0].journal
        (number,) = (one.number for one in journal.conversations if one.status == 101)
        kept: Journal = journal.where(connection=number)
        kept.remarks = [remark]
        kept.save(record(name))
        print(f"{record(name).name}: {len(kept.frames)} frames, {remark}")


if __name__ == "__main__":
    asyncio.run(main())
