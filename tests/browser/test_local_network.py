"""What lesson 17 recorded of a Chromium that is asked to reach this computer from the internet.

A flag makes Chromium treat a page from one port as one from the internet: no other computer takes
part. Nobody answers the question that the browser asks, so it stays refused.
"""

import pytest

from tests.support.lab_driver import CHROMIUM_FLAGS
from wslearn.lessons.lesson_17.facts import LOCAL_NETWORK
from wslearn.net.background import Background
from wslearn.net.server import serve
from wslearn.protocol.handshake import page_response

PAGE = """<!doctype html><title>A page</title><script>
window.said = new Promise((tell) => {{
  const socket = new WebSocket("ws://{host}:{port}/");
  socket.onmessage = () => tell("opens");
  socket.onclose = (event) => tell(String(event.code));
}});
</script>"""


@pytest.mark.parametrize("case", LOCAL_NETWORK, ids=lambda case: case.words)
def test_a_chromium_does_what_the_lesson_recorded(case, browser, chromium_path):
    came = []

    async def greet(socket):
        await socket.send("Hello")
        await socket.wait_closed()

    background = Background("local network").start()
    tool = background.run(serve(greet, decide=lambda check: came.append(check.resource)))
    text = PAGE.format(host=case.host, port=tool.port)
    site = background.run(serve(greet, decide=lambda check: page_response(text)))
    flags = [*CHROMIUM_FLAGS, f"--host-resolver-rules=MAP {case.host} 127.0.0.1"]
    if case.public:
        flags.append(f"--ip-address-space-overrides=127.0.0.1:{site.port}=public")
    launched = browser.browser_type.launch(executable_path=chromium_path, args=flags)
    try:
        context = launched.new_context()
        if case.allowed:
            context.grant_permissions(["local-network-access"])
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{site.port}/")
        said = page.evaluate("window.said")
    finally:
        launched.close()
        background.stop()
    assert (said == "opens", len(came)) == ((True, 1) if case.opens else (False, 0))
    assert said in ("opens", "1006")
