"""Show a site on this machine: plain files on loopback, with the types a browser insists on."""

import functools
import gzip
import http.server
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
PACKED = (".js", ".mjs", ".json", ".css", ".html", ".wasm", ".ipynb", ".svg")
"""What is sent compressed, the way the usual hosts do; archives are compressed already."""

for kind, suffix in (
    ("text/javascript", ".mjs"),
    ("application/wasm", ".wasm"),
    ("application/json", ".ipynb"),
):
    mimetypes.add_type(kind, suffix)  # some systems do not know them


@functools.cache
def _gzipped(path: str, changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 6, mtime=0)


class Files(http.server.SimpleHTTPRequestHandler):
    """Files below a folder, compressed for a browser that accepts it; nothing is logged."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""

    def handle_one_request(self) -> None:
        """Answer a request; a browser may hang up amid the reply, which is not worth a line."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_GET(self) -> None:
        """Send a file."""
        path = Path(self.translate_path(self.path))
        takes = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (takes and path.suffix in PACKED and path.is_file()):
            return super().do_GET()
        changed = self.date_time_string(int(path.stat().st_mtime))
        if self.headers.get("If-Modified-Since") == changed:
            self.send_response(304)
            self.end_headers()
            return None
        body = _gzipped(str(path), path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Last-Modified", changed)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def end_headers(self) -> None:
        """Let the browser keep files, and ask whether they have changed."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


@contextmanager
def served(site: Path, port: int = 0) -> Iterator[str]:
    """The site's address while it is served; raises OSError for a port that is taken."""
    handler = functools.partial(Files, directory=site)
    with http.server.ThreadingHTTPServer((HOST, port), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
