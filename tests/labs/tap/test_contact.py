"""First contact without a page: the recording stands in, and nothing live reaches an output."""

import asyncio
import socket
import threading
import time

import nbformat
import pytest
from nbclient import NotebookClient

import wslearn as ws
from wslearn.labs.tap.recording import recorded_session
from wslearn.protocol.frame import Frame

REQUEST = (
    f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {'A' * 22}==\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
MASK = bytes.fromhex("37fa213d")


@pytest.fixture
def contact():
    started = ws.first_contact()
    yield started
    started.stop()


def talk(port, text="from a socket"):
    """A client that opens a WebSocket and sends one message; returns all that it received."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(REQUEST + Frame.text(text).encode(mask_key=MASK))
        data = b""
        while Frame.text(text).encode() not in data:
            more = client.recv(4096)
            assert more, data
            data += more
    return data


def test_until_a_tab_has_spoken_the_recording_stands_in(contact):
    assert not contact.live
    assert "recording" in contact.source
    assert contact.request == recorded_session().request
    assert contact.first.payload == b"Hello"


def test_a_request_alone_does_not_take_the_place_of_the_recording(contact):
    with socket.create_connection(("127.0.0.1", contact.server.port), timeout=5) as client:
        client.sendall(REQUEST)
        assert client.recv(4096).startswith(b"HTTP/1.1 101 ")
        assert not contact.live


def test_once_a_tab_has_spoken_everything_is_live(contact):
    talk(contact.server.port)
    assert contact.wait(5)
    assert contact.live
    assert "live" in contact.source
    assert contact.request == REQUEST
    assert contact.check.ok
    assert contact.first.payload == b"from a socket"
    assert contact.first.mask_key == MASK
    assert [frame.sender for frame in contact.frames] == ["client", "server"]


def test_what_was_live_stays_after_the_server_has_stopped(contact):
    talk(contact.server.port)
    contact.wait(5)
    contact.stop()
    assert contact.live
    assert contact.tab.port == 0


def test_stopping_says_goodbye(contact):
    with socket.create_connection(("127.0.0.1", contact.server.port), timeout=5) as client:
        client.sendall(REQUEST)
        assert client.recv(4096).startswith(b"HTTP/1.1 101 ")
        stopping = threading.Thread(target=contact.stop)
        stopping.start()
        close = client.recv(4096)
        assert close == Frame.close(1001).encode()
        client.sendall(Frame.close(1001).encode(mask_key=MASK))
        assert client.recv(4096) == b""
    stopping.join(5)
    assert not contact.server.running


def test_a_subprotocol_that_both_speak_is_chosen_and_shown():
    contact = ws.first_contact(subprotocols=["chat.v2", "chat.v1"])
    try:
        with socket.create_connection(("127.0.0.1", contact.server.port), timeout=5) as client:
            asked = b"Sec-WebSocket-Protocol: chat.v1\r\n\r\n"
            hello = Frame.text("Hello").encode(mask_key=MASK)
            client.sendall(REQUEST[:-2] + asked + hello)
            assert b"Sec-WebSocket-Protocol: chat.v1\r\n" in client.recv(4096)
            assert contact.wait(5)
        assert "chooses the subprotocol chat.v1" in contact.check.conclusion
    finally:
        contact.stop()


def test_a_session_that_never_ends_is_kept_within_bounds(contact):
    with socket.create_connection(("127.0.0.1", contact.server.port), timeout=5) as client:
        client.sendall(REQUEST + Frame.text("x").encode(mask_key=MASK) * 2_000)
        came = b""
        while len(came) < 2_000 * 3:
            came += client.recv(65536)
    assert len(contact.frames) <= 500


def test_waiting_ends_when_nobody_comes(contact):
    assert contact.wait(0.05) is False


def test_where_no_server_can_run_a_sentence_says_so_and_the_recording_is_shown(no_threads):
    contact = ws.first_contact()
    shown = contact._repr_mimebundle_()
    for form in (shown["text/plain"], shown["text/html"]):
        assert "it runs inside the browser" in form
        assert "This is a recording" in form
    assert "application/vnd.jupyter.widget-view+json" not in shown
    assert contact.first.payload == b"Hello"
    begin = time.monotonic()
    assert contact.wait(60) is False
    assert time.monotonic() - begin < 30
    contact.stop()


def taps():
    """The threads on which taps run, those of other tests too."""
    return {one for one in threading.enumerate() if one.name == "wslearn tap"}


def test_a_second_contact_stops_the_first():
    before = taps()
    first = ws.first_contact()
    second = ws.first_contact()
    try:
        assert not first.server.running
        assert second.server.running
        assert len(taps() - before) == 1
    finally:
        second.stop()


def test_the_stored_form_is_the_same_every_time_even_after_a_live_session(contact):
    def still(shown):
        data = shown[0] if isinstance(shown, tuple) else shown
        return data["text/plain"], data["text/html"]

    before = still(contact._repr_mimebundle_())
    talk(contact.server.port)
    contact.wait(5)
    assert still(contact._repr_mimebundle_()) == before
    assert str(contact.server.port) not in "".join(before)


def test_the_page_is_told_on_the_kernels_own_thread():
    async def kernel():
        contact = ws.first_contact()
        threads = []
        contact.tab.observe(lambda change: threads.append(threading.current_thread()), "record")
        try:
            await asyncio.to_thread(talk, contact.server.port)
            for _ in range(100):
                rows = contact.tab.record.get("rows", [])
                if [row["name"] for row in rows] == ["request", "reply", "frame 0", "frame 1"]:
                    break
                await asyncio.sleep(0.02)
        finally:
            contact.stop()
        return contact, threads

    contact, threads = asyncio.run(kernel())
    assert set(threads) == {threading.main_thread()}
    assert contact.tab.record["shown"] == 0
    assert contact.grid.dissection.payload == b"from a socket"
    assert contact.grid.layout.display != "none"


def test_the_reader_picks_what_to_look_into():
    async def kernel():
        contact = ws.first_contact()
        try:
            await asyncio.to_thread(talk, contact.server.port)
            assert contact.wait(5)
            contact._refresh()
            shown = []
            for pick in (1, -1, 0, 99, -99):
                contact.tab._act(None, {"do": "show", "what": pick}, [])
                shown.append((contact.tab.record["shown"], contact.grid.dissection.receiver))
            contact.tab._act(None, {"do": "show", "what": "x"}, [])  # nonsense changes nothing
            return shown, contact.grid.layout.display
        finally:
            contact.stop()

    shown, display = asyncio.run(kernel())
    assert shown == [
        (1, "client"),
        (-1, "client"),
        (0, "server"),
        (0, "server"),
        (-1, "server"),
    ]
    assert display == "none"


CELLS = [
    "import wslearn as ws\ncontact = ws.first_contact()\ncontact",
    "contact.handshake",
    "contact.passed",
    "contact.first",
    "contact.source",
    "contact",
    "print(contact.request.decode())",
]


def run_notebook():
    """The outputs of a notebook run without a page, without what nbval does not compare."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    outputs = []
    for cell in notebook.cells:
        assert cell.outputs
        for output in cell.outputs:
            data = dict(output.get("data", {"text": output.get("text")}))
            data.pop("application/vnd.jupyter.widget-view+json", None)
            outputs.append(data)
    return outputs


@pytest.mark.slow
def test_a_notebook_without_a_page_gives_the_same_outputs_every_time():
    first, second = run_notebook(), run_notebook()
    assert first == second
    assert "This is a recording" in first[0]["text/plain"]
    assert "This is a recording" in first[0]["text/html"]
