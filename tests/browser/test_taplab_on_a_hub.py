"""TapLab on a hub or Binder: both clients in the browser come through jupyter-server-proxy."""

from playwright.sync_api import expect

from tests.support.lab_driver import HUB

CELLS = [
    "import wslearn as ws\nlab = ws.TapLab()\nlab",
    "print(lab.tap.port, lab._server.server.port, lab.tab.via)",
    "lab.save('hub.journal'); print(open('hub.journal').read())",
]
expect.set_options(timeout=10_000)


def test_on_a_hub_the_tab_and_a_window_of_its_own_come_through_the_proxy(hub):
    notebook = hub(CELLS)
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
