"""On a hub or Binder the page comes from elsewhere, so a proxy is in between.

The hub is real in what matters: Jupyter under a path, opened from another host name, with
jupyter-server-proxy between the page and the kernel's port. That proxy lets a page connect only if
its Origin is the host it was asked under (or one that ``allow_origin`` names); anyone else gets
403.
"""

import pytest
from playwright.sync_api import expect

from tests.support.desk import Desk
from tests.support.lab_driver import HUB, JupyterServer

FIRST_CONTACT = [
    "import wslearn as ws\ncontact = ws.first_contact()\ncontact",
    "contact.source",
    "print(contact.request.decode())",
    "print(contact.server.port)",
]
TAP_LAB = [
    "import wslearn as ws\nlab = ws.TapLab()\nlab",
    "print(lab.tap.port, lab._server.server.port, lab.tab.via)",
    "lab.save('hub.journal'); print(open('hub.journal').read())",
]


@pytest.fixture(scope="module")
def hub(browser, tmp_path_factory):
    """A page on a hub: its address is the hub's."""
    pytest.importorskip("jupyter_server_proxy")
    server = JupyterServer(tmp_path_factory.mktemp("hub"), base="/user/ada/", name=HUB)
    server.start()
    context = browser.new_context()
    context.set_default_timeout(30_000)
    try:
        yield Desk(context, server)
    finally:
        context.close()
        server.stop()


def test_the_tab_connects_through_jupyter_server_proxy(hub):
    notebook = hub.show(FIRST_CONTACT)
    page, output = notebook.page, notebook.output(0)
    notebook.run(0)
    output.get_by_role("button", name="Connect from this tab").click()
    output.get_by_text("onopen", exact=True).wait_for()
    port = notebook.run(3).inner_text().split()[-1]
    way = output.locator(".wsl-log li code").first.inner_text()
    assert way.endswith(f'("ws://{HUB}:{notebook.server.port}/user/ada/proxy/{port}/")')

    output.get_by_role("button", name="Send").click()
    output.get_by_text('onmessage: "Hello"').wait_for()
    output.locator(".wsl-row", has_text="frame 1").wait_for()
    assert "“Hello”; masked" in output.locator(".wsl-row", has_text="frame 0").inner_text()
    assert "through jupyter-server-proxy" in notebook.run(1).inner_text()
    request = notebook.run(2).inner_text()
    assert f"Origin: http://{HUB}" in request
    assert "_xsrf" not in request  # the cookie that came along is left out

    origin = f"http://{HUB}:{notebook.server.port}"
    foreign = page.context.new_page()
    foreign.goto("about:blank")  # its Origin is null
    refused = foreign.evaluate(
        """address => new Promise((resolve) => {
            const socket = new WebSocket(address);
            socket.onopen = () => resolve("onopen");
            socket.onclose = ({ code }) => resolve(code);
        })""",
        f"{origin}/user/ada/proxy/{port}/".replace("http:", "ws:"),
    )
    foreign.close()
    assert refused == 1006
    assert notebook.errors == []


def test_the_tab_of_a_lab_and_a_window_of_its_own_come_through_the_proxy(hub):
    notebook = hub.show(TAP_LAB)
    page, output = notebook.page, notebook.output(0)
    notebook.run(0)
    output.get_by_role("button", name="Connect from this tab").click()
    output.get_by_text("onopen", exact=True).wait_for()
    output.get_by_role("button", name="Send", exact=True).click()
    frames = output.locator("button.wsl-frame")
    expect(frames).to_have_count(2)
    expect(frames.first).to_contain_text("“Hello”")

    with page.context.expect_page() as opened:
        output.get_by_role("link", name="a client in a window of its own").click()
    window = opened.value
    expect(window.get_by_role("status")).to_have_text("OPEN")
    tap, server, via = notebook.run(1).inner_text().split()[-3:]
    way = f"{HUB}:{notebook.server.port}/user/ada/proxy"
    assert window.url == f"http://{way}/{server}/"
    assert f'"ws://{way}/{tap}/"' in window.locator("code").inner_text()
    assert via == "proxy"
    window.get_by_role("button", name="Send", exact=True).click()
    expect(frames).to_have_count(4)
    window.close()

    kept = notebook.run(2).inner_text()
    assert f"http://{HUB}" in kept
    assert "left out: a credential, " in kept  # the hub's cookies came along
    assert "_xsrf=" not in kept
    assert notebook.errors == []
