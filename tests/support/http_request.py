"""One HTTP request to a server on this machine, as a page's form sends it."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"


def request(
    port: int, method: str, path: str, form: Mapping[str, object] | None, **headers: str
) -> tuple[HTTPResponse, str]:
    """The response and its body; headers are named with underscores, such as ``User_Agent``."""
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if form is not None:
        sent = {"Content-Type": FORM, **sent}
    connection.request(method, path, None if form is None else urlencode(form), sent)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text
