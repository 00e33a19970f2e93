"""Whether this program runs on a JupyterHub (or Binder), and where its ports can be reached from
there.

On a hub the browser is on another machine: it cannot reach 127.0.0.1 of the kernel. What it can
reach is the hub's address, under which jupyter-server-proxy leads to any port of the machine that a
student's server runs on. Two ways lead to one port::

    /user/ada/proxy/8080/              through the server of ada, who alone may use it
    /hub/user-redirect/proxy/8080/     through the server of whoever asks: one address for all

The second leads to one program only where all servers share a machine, as on The Littlest
JupyterHub. Where each is a container of its own (Kubernetes, Binder), nobody else gets there.

A hub says where it is in environment variables, which the kernel inherits.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Hub:
    """Where a hub has this program.

    ``prefix``     the path of this student's server, such as ``/user/ada/``
    ``base``       the path of the hub, ``/`` as a rule
    ``public``     the hub's own pages as a URL, such as ``https://hub.example/hub/``; "": unknown
    ``alone``      whether no other student's server is on this machine
    """

    prefix: str
    base: str = "/"
    public: str = ""
    alone: bool = False

    def for_me(self, port: int, path: str = "") -> str:
        """The path under which the browser of this student reaches a port.

        >>> Hub("/user/ada/").for_me(8080, "desk")
        '/user/ada/proxy/8080/desk'
        """
        return f"{self.prefix}proxy/{port}/{path}"

    def for_everyone(self, port: int) -> str:
        """The path that leads everybody to a port, each through a server of their own.

        >>> Hub("/user/ada/").for_everyone(8080)
        '/hub/user-redirect/proxy/8080/'
        """
        return f"{self.base}hub/user-redirect/proxy/{port}/"


def this_hub(environ: Mapping[str, str] = os.environ) -> Hub | None:
    """The hub that this program runs on, or None.

    >>> this_hub({"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/", "JUPYTERHUB_SERVER_NAME": ""})
    Hub(prefix='/user/ada/', base='/', public='', alone=False)
    """
    prefix = environ.get("JUPYTERHUB_SERVICE_PREFIX", "")
    # A service of a hub has a prefix, too, but no server's name.
    if not prefix or "JUPYTERHUB_SERVER_NAME" not in environ:
        return None
    return Hub(
        _closed(prefix),
        _closed(environ.get("JUPYTERHUB_BASE_URL", "/")),
        environ.get("JUPYTERHUB_PUBLIC_HUB_URL", ""),
        alone="KUBERNETES_SERVICE_HOST" in environ,
    )


def seen_from_a_browser(url: str, hub: Hub | None) -> str:
    """The address by which the student's browser gets to a page of this machine.

    >>> seen_from_a_browser("http://127.0.0.1:8080/as?key=x", Hub("/user/ada/"))
    '/user/ada/proxy/8080/as?key=x'
    >>> seen_from_a_browser("http://127.0.0.1:8080/", None)
    'http://127.0.0.1:8080/'
    """
    parts = urlsplit(url)
    if hub is None or parts.hostname not in LOOPBACK or parts.port is None:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return hub.for_me(parts.port, parts.path.removeprefix("/")) + query


def port_behind(path: str) -> int | None:
    """The port that a path under a hub leads to; None where it leads to none.

    >>> port_behind("/hub/user-redirect/proxy/8080/"), port_behind("/user/ada/lab")
    (8080, None)
    """
    found = re.search(r"/(?:user/[^/]+|hub/user-redirect)/(?:[^/]+/)?proxy/(\d{1,5})(?:/|$)", path)
    return int(found[1]) if found else None


def _closed(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"
