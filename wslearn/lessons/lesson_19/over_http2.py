"""A client and a server of HTTP/2 on one pipe in memory, and every byte that passes between them.

Both ends are the library h2 (as are many HTTP/2 servers written in Python): it reads and writes the
frames of RFC 9113 and knows nothing of WebSocket. What a WebSocket needs of it is little: a setting
(RFC 8441 §3), a CONNECT that says ``:protocol = websocket`` (§4, §5), and DATA frames.
"""

from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import Event
from h2.settings import SettingCodes

from wslearn.net.record.link import SENDERS
from wslearn.net.record.passed import Sender

from .by_table import Taken, take_all
from .http2_form import HTTP2, PREFACE


def _end(*, client: bool) -> H2Connection:
    end = H2Connection(H2Configuration(client_side=client, header_encoding="utf-8"))
    end.initiate_connection()
    if not client:  # in a SETTINGS frame of its own, so that it is easy to see
        end.update_settings({SettingCodes.ENABLE_CONNECT_PROTOCOL: 1})
    return end


@dataclass
class Http2:
    """Both ends of an HTTP/2 connection.

    ``client``, ``server``  the two ends; what they are told to send waits until :meth:`carry`
    ``passed``              who sent what, in order; the client's preface is its first piece
    """

    client: H2Connection = field(default_factory=lambda: _end(client=True))
    server: H2Connection = field(default_factory=lambda: _end(client=False))
    passed: list[tuple[Sender, bytes]] = field(default_factory=list)

    def carry(self, sender: Sender) -> list[Event]:
        """Carry what one end wants to send to the other; return what happens there."""
        ends = {"client": self.client, "server": self.server}
        data = ends.pop(sender).data_to_send()
        self.passed.append((sender, data))
        (other,) = ends.values()
        return other.receive_data(data)

    def settle(self) -> None:
        """Let both ends greet each other and take note of the other's settings."""
        for sender in (*SENDERS, *SENDERS):
            self.carry(sender)

    def frames(self, sender: Sender, kind: int | None = None) -> list[Taken]:
        """The HTTP/2 frames that one end has sent, of one type or of all (RFC 9113 §6)."""
        sent = b"".join(data for name, data in self.passed if name == sender)
        if not sent:
            return []
        frames = take_all(sent.removeprefix(PREFACE), HTTP2)
        return [frame for frame in frames if kind is None or frame.data[3] == kind]
