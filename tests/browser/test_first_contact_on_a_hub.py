"""First contact on a hub or Binder: the page comes from elsewhere, so a proxy is in between.

The hub is real in what matters: Jupyter under a path, opened from another host name, with
jupyter-server-proxy between the page and the kernel's port. That proxy lets a page connect only if
its Origin is the host it was asked under (or one that ``allow_origin`` names); anyone else gets
403.
"""

from tests.support.lab_driver import HUB

CELLS = [
    "import wslearn as ws\ncontact = ws.first_contact()\ncontact",
    "contact.source",
    "print(contact.request.decode())",
    "print(contact.server.port)",
]


def test_on_a_hub_the_tab_connects_through_jupyter_server_proxy(hub):
    notebook = hub(CELLS)
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
    assert refused == 1006
    assert notebook.errors == []
