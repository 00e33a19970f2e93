"""First contact: the tab that shows the notebook connects to a server inside the kernel.

Three parts: the lab's network on a thread (``network``), the tab's own WebSocket (``ThisTab``), and
a bit grid for the frame the reader picks. Where no page shows the notebook (a test, an export, a
kernel without a browser) nobody connects, and a recorded session of a real Chromium takes its
place: it says that it is a recording, and is the same every time. Nothing live is in the output
that a notebook stores. In a kernel inside the browser the server runs too, and a class of ours
takes the place of the tab's own WebSocket; where the browser is too old for that, the recording is
all there is, and the page says so.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import ipywidgets

from wslearn.draw.drawn import Dissection
from wslearn.labs.kit.bitgrid import BitGrid, with_still
from wslearn.labs.kit.lab import set_shown
from wslearn.net.limits import Limits
from wslearn.net.record.conversation import Conversation
from wslearn.net.record.journal import Bounds, Journal
from wslearn.net.record.passed import Passed
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.handshake import RequestCheck

from .network import TapServer
from .page import running_loop
from .recording import recorded_session
from .session import HANDSHAKE, Pages, Session
from .thistab import ThisTab

LIVE = "This is live: the tab that shows this notebook sent it."
LIVE_BY_PROXY = (
    "This is live: the tab that shows this notebook sent it, through jupyter-server-proxy. The "
    "proxy opened a connection of its own for it, so the key and the masking-keys are the proxy's."
)
LIVE_INSIDE = (
    "This is live, inside this page: the course's own client sent it, on behalf of the tab. A "
    "browser's WebSocket would send more headers (User-Agent and others), and the same frames."
)

NOT_OPENED = (
    "The browser gave up before the WebSocket was open: no reply came, or it failed one of the "
    "browser's checks. If there is a reply below, its lines say which."
)

BOUNDS = Bounds(frames=500, conversations=20)
"""How much is kept: more than one page of a lesson can show."""

LIMITS = Limits(connections=8, ping_seconds=900, close_seconds=1)
"""A Ping in the middle of a lesson would be a frame that nobody has explained yet."""

_current: "FirstContact | None" = None


class FirstContact:
    """A server in the kernel, a client in the page, and all that passes between them.

    Shows itself as a widget in JupyterLab, elsewhere as a recorded session. Its data is that of the
    live session once the tab has sent a frame, and of the recorded one until then; ``source`` says
    which.
    """

    def __init__(
        self,
        *,
        target: str | None = None,
        message: str = "Hello",
        subprotocols: Sequence[str] = (),
        auto: bool = False,
    ) -> None:
        self._loop = running_loop()
        self._due = False
        self._picked: int | None = None
        self._on_screen: Conversation | None = None
        self.journal = Journal(bounds=BOUNDS, changed=self._grown)
        self.server: TapServer | None = None
        self.problem = ""
        """Why no server runs here, in a sentence; usually one does, and this is empty."""
        try:
            self.server = TapServer(self.journal, target, subprotocols=subprotocols, limits=LIMITS)
        except NetworkError as problem:
            self.problem = str(problem)
        self.tab = ThisTab(
            self.server.port if self.server else 0,
            message=message,
            subprotocols=subprotocols,
            auto=auto,
            on_show=self._pick,
            fallback=target is None,  # a proxy would open even if the browser's own checks fail
        )
        if target is not None:
            self.tab.unreachable = NOT_OPENED
        self.grid = BitGrid(parts=["verdict", "bits", "explain", "table", "more"], editable=False)
        set_shown(self.grid, False)
        self._box = ipywidgets.VBox([self.tab, self.grid])

    # -- what later cells ask for --------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The live session if the tab has sent a frame, else the recorded one; shows itself."""
        latest = self._latest(lambda said: said.opened and said.sent_by("client"))
        return recorded_session() if latest is None else self._live(latest)

    @property
    def source(self) -> str:
        """Where the data comes from, in one sentence: live, or a recording."""
        return self.session.source

    @property
    def live(self) -> bool:
        """Whether the data comes from the tab that shows this notebook."""
        return self.session.live

    @property
    def request(self) -> bytes:
        """The bytes of the browser's opening handshake, without its cookies (RFC 6455 §4.1)."""
        return self.session.request

    @property
    def check(self) -> RequestCheck | None:
        """Every step that the server took with the request (RFC 6455 §4.2.1)."""
        return self.session.check

    @property
    def reply(self) -> bytes:
        """The bytes of the server's answer (RFC 6455 §4.2.2)."""
        return self.session.reply

    @property
    def handshake(self) -> Pages:
        """Request and reply line by line, with what each side checks; shows itself."""
        return self.session.handshake

    @property
    def frames(self) -> list[Passed]:
        """Every frame so far, in both directions: ``.sender`` and ``.data`` (bytes)."""
        return self.session.frames

    @property
    def passed(self) -> Pages:
        """Every frame so far, a line each; shows itself."""
        return self.session.passed

    @property
    def first(self) -> Dissection:
        """The first frame that the browser sent, as bits (RFC 6455 §5.2, §5.3)."""
        return self.session.first

    def wait(self, seconds: float = 5) -> bool:
        """Wait until the tab has sent a frame and has an answer, at most this long; returns whether
        it has sent one."""

        def answered() -> bool:
            latest = self._latest(lambda said: said.opened and said.sent_by("client"))
            return latest is not None and bool(latest.sent_by("server"))

        if self.server is None or not self.server.running:
            return self.live
        self.server.wait_until(answered, seconds)
        return self.live

    def stop(self) -> None:
        """Stop the server; what was recorded stays."""
        if self.server is not None:
            self.server.stop()
        self.tab.port = 0

    def __repr__(self) -> str:
        return f"FirstContact()\n{recorded_session()!r}"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | tuple[dict[str, Any], Any]:
        # A notebook stores what a cell shows at once, when nobody can have connected yet. So the
        # stored form is the recording, always: an address in it would differ from run to run.
        pages = recorded_session().pages()
        if self.problem:
            return replace(pages, source=f"{self.problem} {pages.source}")._repr_mimebundle_()
        still = {"text/plain": repr(self), "text/html": pages.html()}
        return with_still(self._box._repr_mimebundle_(**kwargs), still)

    # -- from the server's thread to the page --------------------------------------------------

    def _grown(self) -> None:
        # Widgets belong to the kernel's own thread. While a cell runs there, the server goes on
        # and the page is told afterwards.
        if self._loop is None or self._due:
            return
        self._due = True
        with suppress(RuntimeError):  # the kernel is on its way out
            self._loop.call_soon_threadsafe(self._refresh)

    def _refresh(self) -> None:
        self._due = False
        said = self._latest(lambda said: said.check is not None)
        if said is None:
            return
        if said is not self._on_screen:
            self._on_screen, self._picked = said, None
        shown = self._to_show(said)
        self.tab.record = self._live(said).view(shown)
        if shown != HANDSHAKE:
            frame = said.frames[shown]
            self.grid.show(frame.data, frame.receiver, ())
        set_shown(self.grid, shown != HANDSHAKE)

    def _to_show(self, said: Conversation) -> int:
        """What the reader picked, else the first frame the tab sent, else the handshake."""
        if self._picked is not None and self._picked < len(said.frames):
            return self._picked
        senders = [frame.sender for frame in list(said.frames)]
        return senders.index("client") if "client" in senders else HANDSHAKE

    def _pick(self, index: int) -> None:
        self._picked = max(index, HANDSHAKE)
        self._refresh()

    def _latest(self, fits: Any) -> Conversation | None:
        fitting = [said for said in list(self.journal.conversations) if fits(said)]
        return fitting[-1] if fitting else None

    def _live(self, said: Conversation) -> Session:
        source = {"proxy": LIVE_BY_PROXY, "inside": LIVE_INSIDE}.get(self.tab.via, LIVE)
        return Session(source, True, said, tuple(self.tab.log))


def first_contact(
    *,
    target: str | None = None,
    message: str = "Hello",
    subprotocols: Sequence[str] = (),
    auto: bool = False,
) -> FirstContact:
    """Start a server in this kernel, and let the tab that shows the notebook connect to it.

    ``target`` is the URI of another server to connect to, such as one that the reader has written;
    ``message`` is in the tab's text field, ``subprotocols`` are asked for by the page and spoken by
    the server, ``auto`` connects and sends without a click. A contact of an earlier cell, or of an
    earlier run of the same cell, is stopped. Raises :class:`~wslearn.protocol.errors.InputError`
    for a target that is not a WebSocket URI; see §4.
    """
    global _current  # noqa: PLW0603 (one kernel, one contact: a cell run twice leaves none behind)
    if _current is not None:
        _current.stop()
    _current = FirstContact(target=target, message=message, subprotocols=subprotocols, auto=auto)
    return _current
