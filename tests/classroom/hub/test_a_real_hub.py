"""The settings for the class, in a real JupyterHub with its own proxy, where both are installed."""

import getpass
import json
import re
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

import wslearn as ws
from tests.bench.hub_students import BenchHub
from tests.support.peers import free_port
from tests.support.places import NOTEBOOKS

pytestmark = pytest.mark.slow


@pytest.fixture
def proxy() -> Path:
    pytest.importorskip("jupyterhub", reason="pip install jupyterhub, to try the settings in it")
    found = shutil.which("configurable-http-proxy")
    if found is None:
        pytest.skip(
            "npm install configurable-http-proxy, and put its node_modules/.bin on the PATH"
        )
    return Path(found)


async def test_the_class_is_a_service_of_the_hub_and_its_proxy_leads_there(proxy, tmp_path):
    settings = (NOTEBOOKS / "hub" / "class.py").read_text(encoding="utf-8")
    for theirs, ours in {
        "/opt/tljh/user/bin/python": sys.executable,
        "/var/lib/wslearn-class": str(tmp_path),
        'USER = "wslearn-class"': f"USER = {getpass.getuser()!r}",
        "8081": str(free_port()),
        "https://hub.your-school.example": "http://127.0.0.1:{port}",
    }.items():
        assert theirs in settings
        settings = settings.replace(theirs, ours)
    hub = BenchHub(tmp_path, proxy, settings)
    try:
        deadline = time.monotonic() + 60
        while not (found := re.search(r"Join code: +(\w+)", (tmp_path / "hub.log").read_text())):
            assert time.monotonic() < deadline, (tmp_path / "hub.log").read_text()
            time.sleep(0.1)
        below = f"127.0.0.1:{hub.port}/services/class/"
        with urlopen(f"http://{below}", timeout=30) as page:
            assert "Join the class" in page.read().decode()
        form = urlencode({"name": "", "code": found[1]}).encode()
        with urlopen(f"http://{below}join", form, timeout=30) as answer:
            token = json.loads(answer.read())["token"]
        cookie = [("Cookie", f"wslearn_poll={token}")]
        origin = f"http://127.0.0.1:{hub.port}"
        async with await ws.connect(f"ws://{below}ws", headers=cookie, origin=origin) as socket:
            assert json.loads(await socket.recv())["type"] == "welcome"
        with pytest.raises(ws.HandshakeError, match="403"):
            await ws.connect(f"ws://{below}ws", headers=cookie, origin="http://elsewhere.example")
        assert (tmp_path / "today.class").is_file()
    finally:
        hub.stop()
