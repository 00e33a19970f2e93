"""A real browser's tab meets the server in the kernel: what lesson 02 promises."""

import socket

import pytest

from tests.support.lab_driver import NotebookPage, lesson_code
from wslearn.labs.tap.thistab import ThisTab

START = "import wslearn as ws\ncontact = ws.first_contact()\ncontact"
HOSTILE = "<img src=x onerror=alert(1)>"


class Contact:
    """The widget in the output of a cell, as a reader uses it."""

    def __init__(self, notebook: NotebookPage, index: int = 0) -> None:
        self.notebook = notebook
        self.output = notebook.output(index)
        self.root = self.output.locator(".wsl-contact")
        self.message = self.root.get_by_label("message", exact=True)
        self.go = self.root.locator("button", has_text="Connect")
        self.go.wait_for()

    def connect(self) -> None:
        self.go.click()
        self.saw("onopen")

    def send(self, text: str) -> None:
        self.message.fill(text)
        self.message.press("Enter")

    def saw(self, text: str) -> None:
        """Wait until this text is in the tab's log."""
        self.root.locator(".wsl-log li", has_text=text).first.wait_for()

    def log(self) -> list[str]:
        return self.root.locator(".wsl-log li code").all_inner_texts()

    def row(self, name: str):
        return self.root.locator(".wsl-row", has_text=name)

    def bits(self) -> str:
        """The bits on the screen, in order; waits until there are some."""
        cells = self.output.locator(".wsl-bit")
        cells.first.wait_for()
        return "".join(
            character for character in "".join(cells.all_inner_texts()) if character in "01"
        )


@pytest.mark.usefixtures("no_browser_errors")
def test_the_tab_connects_and_its_first_masked_frame_appears_as_bits(open_notebook):
    notebook = open_notebook(
        [START, "print(contact.live, contact.first.payload)", "contact.handshake", "contact.passed",
         "print(contact.frames[0].data.hex())"],
        viewport={"width": 1280, "height": 1100},
    )  # fmt: skip
    notebook.run(0)
    contact = Contact(notebook)
    assert contact.message.input_value() == "Hello"
    assert contact.message.is_disabled()
    notebook.run(1)
    notebook.wait_text(1, "False b'Hello'")
    notebook.screenshot("contact-1-before", 0)

    contact.connect()
    assert contact.root.get_by_role("status").inner_text() == "readyState 1, OPEN"
    contact.row("request").wait_for()
    request = contact.root.locator(".wsl-lines").first
    request.get_by_text("Sec-WebSocket-Key: ").wait_for()
    assert request.get_by_text("User-Agent: Mozilla/5.0").is_visible()
    assert request.locator(".bad").count() == 0
    assert request.locator(".good").count() >= 13
    reply = contact.root.locator(".wsl-lines").last
    assert reply.get_by_text("HTTP/1.1 101 Switching Protocols").is_visible()
    assert reply.get_by_text("the answer to the key").is_visible()
    notebook.screenshot("contact-2-open-light", 0)

    contact.send("κόσμε")
    contact.saw('onmessage: "κόσμε"')
    contact.row("frame 1").wait_for()
    notebook.run(4)
    sent = bytes.fromhex(notebook.output(4).inner_text().split()[-1])
    assert sent[0] == 0x81
    assert sent[1] == 0x80 | len("κόσμε".encode())
    key, payload = sent[2:6], sent[6:]
    assert bytes(b ^ key[i % 4] for i, b in enumerate(payload)).decode() == "κόσμε"
    assert contact.bits() == "".join(f"{byte:08b}" for byte in sent)
    assert contact.output.get_by_text("A server accepts this frame").is_visible()
    notebook.screenshot("contact-3-frame-light", 0)

    contact.row("frame 1").click()
    contact.output.get_by_text("A client accepts this frame").wait_for()
    contact.row("reply").click()
    reply.get_by_text("Sec-WebSocket-Accept").wait_for()
    assert not contact.output.locator(".wsl-bit").first.is_visible()
    contact.row("frame 0").click()
    contact.output.get_by_text("A server accepts this frame").wait_for()

    contact.root.get_by_role("button", name="Close").click()
    contact.saw('onclose: code 1000, reason "", wasClean true')
    contact.row("frame 3").wait_for()
    assert "reason is “bye”" in contact.row("frame 2").inner_text()
    notebook.theme(dark=True)
    notebook.screenshot("contact-4-closed-dark", 0)

    notebook.run(1)
    notebook.wait_text(1, "True")
    assert "This is live" in notebook.run(2).inner_text()
    assert "tab → server" in notebook.run(3).inner_text()


@pytest.mark.usefixtures("no_browser_errors")
def test_a_hostile_message_is_shown_as_text_and_nothing_else(open_notebook):
    notebook = open_notebook([START, "contact.passed", "contact.session"])
    alerts = []
    notebook.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    notebook.run(0)
    contact = Contact(notebook)
    contact.connect()
    contact.send(HOSTILE)
    contact.saw(f'onmessage: "{HOSTILE}"')
    contact.row("frame 1").wait_for()
    assert HOSTILE in contact.row("frame 0").inner_text()
    contact.bits()
    for index in (1, 2):
        assert HOSTILE in notebook.run(index).inner_text()
    assert notebook.page.locator("img[src=x]").count() == 0
    notebook.page.wait_for_timeout(200)
    assert alerts == []
    notebook.screenshot("contact-5-hostile", 0)


@pytest.mark.usefixtures("no_browser_errors")
def test_the_server_answers_while_a_cell_keeps_the_kernel_busy(open_notebook):
    notebook = open_notebook(
        [START, "import time\nend = time.monotonic() + 20\n"
         "while not contact.live and time.monotonic() < end: time.sleep(0.05)\n"
         "print('seen by the busy cell:', contact.live)"],
    )  # fmt: skip
    notebook.run(0)
    contact = Contact(notebook)
    notebook.run(1, wait=False)
    contact.connect()
    contact.send("are you busy?")
    contact.saw('onmessage: "are you busy?"')
    notebook.wait_text(1, "seen by the busy cell: True")
    contact.row("frame 0").wait_for()


def test_a_cell_run_twice_a_restart_and_a_stop_leave_nothing_behind(open_notebook):
    notebook = open_notebook([START, "print(contact.server.port)", "contact.stop()"])

    def port() -> int:
        return int(notebook.run(1).inner_text().split()[-1])

    notebook.run(0)
    first = port()
    contact = Contact(notebook)
    contact.connect()
    notebook.run(0)
    second = port()
    refuses(first)
    contact = Contact(notebook)
    contact.connect()
    contact.send("again")
    contact.saw('onmessage: "again"')
    notebook.restart_kernel()
    contact.saw("onclose: code 10")
    refuses(second)
    notebook.run(0)
    third = port()
    contact = Contact(notebook)
    contact.connect()
    notebook.run(2)
    contact.saw("onclose: code 1001")
    contact.root.get_by_text("the server is stopped").wait_for()
    assert contact.go.is_disabled()
    refuses(third)


def refuses(port: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.usefixtures("no_browser_errors")
def test_subprotocols_are_asked_for_and_one_is_chosen(open_notebook):
    notebook = open_notebook(
        ["import wslearn as ws\n"
         "contact = ws.first_contact(subprotocols=['chat.v2', 'chat.v1'], auto=True)\ncontact"]
    )  # fmt: skip
    notebook.run(0)
    contact = Contact(notebook)
    contact.saw('protocol "chat.v2"')
    contact.saw('onmessage: "Hello"')  # auto: nobody clicked
    contact.row("request").click()
    contact.root.get_by_text("Sec-WebSocket-Protocol: chat.v2, chat.v1").wait_for()
    contact.root.get_by_text("the server chooses chat.v2").wait_for()


def test_the_way_to_the_server_follows_from_the_address_of_the_page(browser):
    page = browser.new_page()
    ways = page.evaluate(
        """async ([code, pages]) => {
            const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
            const { ways } = await import(url);
            return pages.map(([page, base]) => ways(4000, new URL(page), base).map(way => way.url));
        }""",
        [
            str(ThisTab._esm),
            [
                ["http://localhost:8888/lab", "/"],
                ["http://127.0.0.1:8888/lab", "/base/"],
                ["https://localhost:8888/lab", "/"],
                ["https://hub.example/user/ada/lab", "/user/ada/"],
                ["http://hub.example:8000/lab", "/user/ada/"],
                ["http://127.0.0.1:5500/page.html", None],
            ],
        ],
    )
    page.close()
    direct = "ws://127.0.0.1:4000/"
    assert ways == [
        [direct, "ws://localhost:8888/proxy/4000/"],
        [direct, "ws://127.0.0.1:8888/base/proxy/4000/"],
        ["wss://localhost:8888/proxy/4000/", direct],
        ["wss://hub.example/user/ada/proxy/4000/"],
        ["ws://hub.example:8000/user/ada/proxy/4000/"],
        [direct],
    ]


def test_an_unreachable_server_is_explained_in_words(open_notebook):
    notebook = open_notebook(
        ["from wslearn.labs.tap.thistab import ThisTab\nimport socket\n"
         "probe = socket.socket(); probe.bind(('127.0.0.1', 0))\n"
         "tab = ThisTab(probe.getsockname()[1])\ntab"]
    )  # fmt: skip
    notebook.run(0)
    contact = Contact(notebook)
    contact.go.click()
    contact.saw("onclose: code 1006")
    contact.saw("could not be reached")
    notebook.screenshot("contact-6-unreachable", 0)
    tried = [line for line in contact.log() if "new WebSocket" in line]
    assert len(tried) == 2  # directly, then through Jupyter
    assert "/proxy/" in tried[1]


def test_lesson_02_shows_the_readers_own_tab(open_notebook):
    sources = lesson_code("02")
    start = next(i for i, source in enumerate(sources) if "first_contact(" in source)
    notebook = open_notebook(sources)
    for index in (
        next(i for i, source in enumerate(sources) if "import wslearn as ws" in source),
        start,
    ):
        notebook.run(index)
    contact = Contact(notebook, start)
    contact.connect()
    contact.root.get_by_role("button", name="Send").click()
    contact.saw('onmessage: "Hello"')
    contact.row("frame 1").wait_for()
    after = next(i for i, source in enumerate(sources) if source.strip() == "contact.handshake")
    assert "This is live" in notebook.run(after).inner_text()
    notebook.screenshot("contact-7-lesson", start)


@pytest.mark.parametrize("right", [True, False], ids=["right answer", "wrong answer"])
def test_a_tab_opens_on_the_readers_own_functions_if_they_are_right(open_notebook, right):
    mine = next(source for source in lesson_code("02") if "async def my_server" in source)
    start = "import wslearn as ws\nfrom wslearn.lessons.lesson_02.solutions import *"
    wrong = "\nright = reply\ndef reply(accept):\n    return right(accept[::-1])"
    notebook = open_notebook([start + ("" if right else wrong), mine])
    for index in (0, 1):
        notebook.run(index)
    contact = Contact(notebook, 1)
    contact.go.click()
    contact.saw("onopen" if right else "onclose: code 1006")
    contact.row("request").wait_for()
    notebook.screenshot(f"contact-8-own-functions-{right}", 1)
    assert ("onopen" in contact.log()) is right
