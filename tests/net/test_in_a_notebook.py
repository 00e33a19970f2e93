"""What a student does in a notebook: run a cell twice, interrupt it, go on in the next one."""

import socket as sockets
import time
from dataclasses import dataclass, field

import pytest
import websockets.exceptions
from jupyter_client.manager import start_new_kernel
from websockets.sync.client import connect as their_connect

from tests.support.peers import free_port

PATIENCE = 60

SETUP = """
import asyncio, gc, psutil
import wslearn as ws

async def echo(socket):
    async for message in socket:
        await socket.send(message)

def left(port):
    gc.collect()
    tasks = [task for task in asyncio.all_tasks() if "wslearn" in repr(task)]
    connections = [
        each for each in psutil.Process().net_connections()
        if port in (each.laddr and each.laddr.port, each.raddr and each.raddr.port)
        and each.status in ("LISTEN", "ESTABLISHED", "CLOSE_WAIT")
    ]
    return tasks + connections
"""


@dataclass
class Ran:
    """What a cell wrote, its error, and its result."""

    text: str = ""
    error: str = ""
    traceback: list[str] = field(default_factory=list)


class Kernel:
    """A real kernel, driven as JupyterLab drives it."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(PATIENCE, "python3")
        assert not self.run(SETUP).error

    def start(self, code):
        return self.client.execute(code, store_history=True)

    def finish(self, message_id):
        ran, end = Ran(), time.monotonic() + PATIENCE
        while time.monotonic() < end:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != message_id:
                continue
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    ran.text += content["text"]
                case "execute_result":
                    ran.text += content["data"]["text/plain"]
                case "error":
                    ran.error, ran.traceback = content["ename"], content["traceback"]
                case "status" if content["execution_state"] == "idle":
                    return ran
        raise AssertionError("the cell did not end")

    def run(self, code):
        return self.finish(self.start(code))

    def interrupt(self):
        """Stop the cell. ipykernel notices when its event loop next wakes; a message wakes it."""
        self.manager.interrupt_kernel()
        self.client.kernel_info()

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel():
    started = Kernel()
    yield started
    started.stop()


@pytest.fixture
def listener():
    """Another program that listens and says nothing."""
    with sockets.create_server(("127.0.0.1", 0)) as own:
        own.settimeout(PATIENCE)
        yield own


def nothing_is_left(kernel, port):
    ran = kernel.run(
        f"for _ in range(200):\n    if not left({port}): break\n    await asyncio.sleep(0.01)\n"
        f"left({port})"
    )
    assert (ran.text, ran.error) == ("[]", "")


def test_a_server_answers_between_cells_and_while_another_cell_waits(kernel):
    port = free_port()
    kernel.run(f"server = await ws.serve(echo, port={port})")
    with their_connect(f"ws://127.0.0.1:{port}/") as client:
        client.send("between cells")
        assert client.recv(PATIENCE) == "between cells"
        waiting = kernel.start("await asyncio.sleep(0.5); 'slept'")
        client.send("meanwhile")
        assert client.recv(PATIENCE) == "meanwhile"
        assert kernel.finish(waiting).text == "'slept'"
    ran = kernel.run(
        "async with await ws.connect(server.url) as client:\n"
        "    await client.send('κόσμε')\n"
        "    print(await client.recv())\n"
    )
    assert ran.text == "κόσμε\n"
    assert not kernel.run("await server.close()").error
    nothing_is_left(kernel, port)


def test_a_cell_that_is_run_twice_replaces_its_server_with_its_clients(kernel):
    port = free_port()
    cell = f"server = await ws.serve(echo, port={port})"
    for _ in range(2):
        assert not kernel.run(cell).error
        with their_connect(f"ws://127.0.0.1:{port}/") as client:
            client.send("hello")
            assert client.recv(PATIENCE) == "hello"
            assert not kernel.run(cell).error
            with pytest.raises(websockets.exceptions.ConnectionClosed):
                client.recv(PATIENCE)
            assert client.close_code == 1001
    assert not kernel.run("await server.close()").error
    nothing_is_left(kernel, port)


def test_the_port_of_another_program_gets_one_sentence_and_no_traceback(kernel, listener):
    port = listener.getsockname()[1]
    ran = kernel.run(f"import wslearn\nserver = await ws.serve(echo, port={port})")
    assert ran.error == "NetworkError"
    assert ran.traceback == [
        "NetworkError (in line 2 of your cell): "
        f"Expected to listen on 127.0.0.1, port {port}, got: Address already in use. "
        "Another program holds the port; port=0 takes any free one."
    ]


def test_a_missing_server_gets_one_sentence_and_no_traceback(kernel):
    port = free_port()
    ran = kernel.run(f"await ws.connect('ws://127.0.0.1:{port}/')")
    assert ran.traceback == [
        "NetworkError (in line 1 of your cell): "
        f"Expected to connect to ws://127.0.0.1:{port}/, got: Connection refused."
    ]


def test_an_interrupt_during_connect_leaves_nothing(kernel, listener):
    port = listener.getsockname()[1]
    cell = kernel.start(f"await ws.connect('ws://127.0.0.1:{port}/')")
    came, _ = listener.accept()
    with came:
        came.settimeout(PATIENCE)
        assert came.recv(2**16).startswith(b"GET / HTTP/1.1\r\n")
        kernel.interrupt()
        assert kernel.finish(cell).error
        assert came.recv(2**16) == b""
    nothing_is_left(kernel, port)


@pytest.mark.parametrize("waiting", ["await client.recv()", "[m async for m in client]"])
def test_an_interrupt_during_recv_says_goodbye_and_leaves_nothing(kernel, waiting):
    port = free_port()
    kernel.run(
        "codes = []\n"
        "async def note(socket):\n"
        "    await socket.send('ready')\n"
        "    codes.append((await socket.wait_closed()).code)\n"
        f"server = await ws.serve(note, port={port})"
    )
    cell = kernel.start(
        "async with await ws.connect(server.url) as client:\n"
        "    print(await client.recv())\n"
        f"    {waiting}"
    )
    wait_for_output(kernel, cell)
    kernel.interrupt()
    assert kernel.finish(cell).error
    assert kernel.run("await asyncio.sleep(0.1); await server.close(); codes").text == "[1001]"
    nothing_is_left(kernel, port)


def wait_for_output(kernel, cell):
    """Until the cell has written something: then it waits where the test wants it."""
    while True:
        message = kernel.client.get_iopub_msg(timeout=PATIENCE)
        if message["parent_header"].get("msg_id") == cell and message["msg_type"] == "stream":
            time.sleep(0.1)
            return


def test_an_interrupt_during_serve_forever_closes_the_server_and_its_connections(kernel):
    port = free_port()
    cell = kernel.start(
        f"server = await ws.serve(echo, port={port})\n"
        "print(server.url, flush=True)\n"
        "await server.serve_forever()"
    )
    wait_for_output(kernel, cell)
    with their_connect(f"ws://127.0.0.1:{port}/") as client:
        client.send("hello")
        assert client.recv(PATIENCE) == "hello"
        kernel.interrupt()
        assert kernel.finish(cell).error
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            client.recv(PATIENCE)
        assert client.close_code == 1001
    with pytest.raises(ConnectionRefusedError):
        their_connect(f"ws://127.0.0.1:{port}/")
    nothing_is_left(kernel, port)


def test_a_fault_of_a_handler_is_in_the_log_and_the_kernel_lives(kernel):
    port = free_port()
    kernel.run(f"async def fail(socket):\n    1 / 0\nserver = await ws.serve(fail, port={port})")
    with their_connect(f"ws://127.0.0.1:{port}/") as client:
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            client.recv(PATIENCE)
        assert client.close_code == 1011
    assert kernel.run("await server.close(); 'alive'").text == "'alive'"
    nothing_is_left(kernel, port)
