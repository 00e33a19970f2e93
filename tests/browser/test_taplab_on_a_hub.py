"""TapLab on a hub or Binder: both clients in the browser come through jupyter-server-proxy."""

import nbformat
import pytest
from lab_driver import JupyterServer, NotebookPage, chromium, notebook_of
from playwright.sync_api import expect

HOST = "hub.test"
CELLS = [
    "import wslearn as ws\nlab = ws.TapLab()\nlab",
    "print(lab.tap.port, lab._server.server.port, lab.tab.via)",
    "lab.save('hub.journal'); print(open('hub.journal').read())",
]
expect.set_options(timeout=10_000)


@pytest.fixture
def notebook(chromium_path, tmp_path):
    """A notebook on a hub, in a tab whose address is the hub's."""
    pytest.importorskip("jupyter_server_proxy")
    server = JupyterServer(tmp_path / "hub", base="/user/ada/", name=HOST)
    server.start()
    try:
        nbformat.write(notebook_of(CELLS), server.root / "hub.ipynb")
        with chromium(chromium_path, HOST) as browser:
            opened = NotebookPage(browser.new_context().new_page(), server, "hub.ipynb")
            opened.open()
            yield opened
    finally:
        server.stop()


def test_on_a_hub_the_tab_and_a_window_of_its_own_come_through_the_proxy(notebook):
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
    way = f"{HOST}:{notebook.server.port}/user/ada/proxy"
    assert window.url == f"http://{way}/{server}/"
    assert f'"ws://{way}/{tap}/"' in window.locator("code").inner_text()
    assert via == "proxy"
    window.get_by_role("button", name="Send", exact=True).click()
    expect(frames).to_have_count(4)
    window.close()

    kept = notebook.run(2).inner_text()
    assert f"http://{HOST}" in kept
    assert "left out: it is a credential" in kept  # the hub's cookies came along
    assert "_xsrf=" not in kept
    assert notebook.errors == []
