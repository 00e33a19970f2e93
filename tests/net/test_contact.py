"""The first-contact server, met by sockets that speak well, badly, slowly, or not at all."""

import base64
import socket
import sys
import threading
import time

import pytest

from wslearn.net.contact import ContactServer
from wslearn.net.echo import Limits
from wslearn.protocol.close import decode_close
from wslearn.protocol.dissect import dissect, dissect_all
from wslearn.protocol.frame import Frame

KEY = base64.b64encode(bytes(range(16))).decode()
REQUEST = (
    f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
MASK = bytes.fromhex("37fa213d")
QUICK = Limits(head_seconds=0.4, idle_seconds=0.4, linger_seconds=0.2, write_seconds=0.5)


@pytest.fixture
def server():
    with ContactServer() as started:
        yield started


@pytest.fixture
def connect():
    """``connect(server)`` -> a socket; whatever it waits for, it waits at most 5 seconds."""
    opened = []

    def open_it(server):
        client = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        opened.append(client)
        return client

    yield open_it
    for client in opened:
        client.close()


def read_until(client, end):
    data = b""
    while end not in data:
        more = client.recv(4096)
        if not more:
            break
        data += more
    return data


def read_all(client):
    """Everything until the server hangs up."""
    data = b""
    while more := client.recv(4096):
        data += more
    return data


def read_frame(client):
    data = b""
    while not (frame := dissect(data, "client")).complete:
        more = client.recv(4096)
        assert more, f"the server hung up after {data!r}"
        data += more
    return frame.frame


def shake_hands(client):
    client.sendall(REQUEST)
    reply = read_until(client, b"\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 101 "), reply
    return client


def last_close(data):
    """The code of the Close with which some bytes end."""
    *_, last = dissect_all(data, "client")
    assert last.frame.opcode == 8
    return decode_close(last.payload)[0]


def wait_ended(server, count=1):
    def done(conversations):
        return len(conversations) >= count and all(said.ended for said in conversations)

    assert server.wait(done, 5), server.conversations
    return server.conversations[-1]


def send_frame(client, frame, key=MASK):
    client.sendall(frame.encode(mask_key=key))


# -- what a good client gets -----------------------------------------------------------------------


def test_text_is_echoed_a_ping_gets_its_pong_and_a_close_its_close(server, connect):
    client = shake_hands(connect(server))
    send_frame(client, Frame.text("κόσμε"))
    assert read_frame(client) == Frame.text("κόσμε")
    send_frame(client, Frame.ping(b"there?"))
    assert read_frame(client) == Frame.pong(b"there?")
    send_frame(client, Frame.pong(b"unasked"))
    send_frame(client, Frame.binary(bytes(70)))
    assert read_frame(client) == Frame.binary(bytes(70))
    send_frame(client, Frame.close(1000, "bye"))
    assert last_close(read_all(client)) == 1000


def test_an_empty_close_is_answered_empty(server, connect):
    client = shake_hands(connect(server))
    send_frame(client, Frame.close())
    assert read_all(client) == Frame.close().encode()


def test_fragments_are_echoed_as_one_message_and_a_ping_between_them_is_answered(server, connect):
    client = shake_hands(connect(server))
    send_frame(client, Frame.text("Hel", fin=False))
    send_frame(client, Frame.ping(b"between"))
    assert read_frame(client) == Frame.pong(b"between")
    send_frame(client, Frame.continuation(b"lo"))
    assert read_frame(client) == Frame.text("Hello")


def test_text_that_is_no_utf8_fails_before_its_frame_is_whole(server, connect):
    client = shake_hands(connect(server))
    frame = Frame.text("x" * 100)
    client.sendall(frame.header(mask_key=bytes(4)) + b"\xed\xa0")
    code, _ = decode_close(read_frame(client).payload)
    assert code == 1007
    (kept,) = server.conversations[0].sent_by("client")
    assert kept.data == frame.header(mask_key=bytes(4)) + b"\xed\xa0"


def test_the_record_holds_the_very_bytes_that_passed(server, connect):
    client = shake_hands(connect(server))
    hello = Frame.text("Hello").encode(mask_key=MASK)
    goodbye = Frame.close(1000).encode(mask_key=MASK)
    for byte in hello:
        client.sendall(bytes((byte,)))
    assert read_frame(client) == Frame.text("Hello")
    client.sendall(goodbye)
    read_all(client)
    said = wait_ended(server)
    assert said.opened
    assert said.request == REQUEST
    assert said.reply.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert all(step.ok for step in said.check.steps)
    assert [frame.data for frame in said.sent_by("client")] == [hello, goodbye]
    assert [frame.data for frame in said.sent_by("server")] == [
        Frame.text("Hello").encode(),
        Frame.close(1000).encode(),
    ]
    assert [frame.sender for frame in said.frames] == ["client", "server"] * 2
    assert "client closed" in said.ended


def test_frames_in_the_same_packet_as_the_request_are_not_lost(server, connect):
    client = connect(server)
    client.sendall(REQUEST + Frame.text("one").encode(mask_key=MASK) * 2)
    data = read_until(client, Frame.text("one").encode() * 2)
    assert data.endswith(Frame.text("one").encode() * 2)


def test_the_first_subprotocol_that_both_speak_is_chosen(connect):
    with ContactServer(subprotocols=["b", "a"]) as server:
        client = connect(server)
        client.sendall(REQUEST[:-2] + b"Sec-WebSocket-Protocol: x, a, b\r\n\r\n")
        assert b"Sec-WebSocket-Protocol: a\r\n" in read_until(client, b"\r\n\r\n")


def test_several_clients_are_served_at_once(server, connect):
    clients = [shake_hands(connect(server)) for _ in range(3)]
    for number, client in enumerate(clients):
        send_frame(client, Frame.text(str(number)))
    assert [read_frame(client).payload for client in clients] == [b"0", b"1", b"2"]
    assert len(server.conversations) == 3


# -- what a bad client gets ------------------------------------------------------------------------


def test_garbage_gets_400_and_the_connection_ends(server, connect):
    client = connect(server)
    client.sendall(b"\x16\x03\x01\x00 this is no HTTP\r\n\r\n")
    reply = read_all(client)
    assert reply.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"Connection: close\r\n" in reply
    said = wait_ended(server)
    assert not said.opened
    assert "handshake failed" in said.ended


def test_a_plain_page_request_is_told_to_upgrade(server, connect):
    client = connect(server)
    client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert read_all(client).startswith(b"HTTP/1.1 426 Upgrade Required\r\n")


def test_a_client_that_sends_its_head_a_byte_at_a_time_runs_out_of_time(connect):
    with ContactServer(limits=QUICK) as server:
        client = connect(server)
        began = time.monotonic()
        for byte in REQUEST[:20]:
            try:
                client.sendall(bytes((byte,)))
            except OSError:
                break
            time.sleep(0.05)
        assert read_all(client).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert time.monotonic() - began < 30
        assert "not whole in time" in wait_ended(server).ended


def test_a_client_that_connects_and_says_nothing_is_dropped_and_leaves_no_trace(connect):
    with ContactServer(limits=QUICK) as server:
        assert read_all(connect(server)) == b""
        assert server.conversations == []


@pytest.mark.parametrize("ending", [b"", b"\r\n\r\n"])
def test_a_head_that_is_too_large_gets_431(server, connect, ending):
    client = connect(server)
    client.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000 + ending)
    assert read_all(client).startswith(b"HTTP/1.1 431 ")
    assert len(wait_ended(server).request) <= server.limits.head_size


def test_half_a_request_gets_400(server, connect):
    client = connect(server)
    client.sendall(REQUEST[:40])
    client.shutdown(socket.SHUT_WR)
    assert read_all(client).startswith(b"HTTP/1.1 400 ")
    assert not wait_ended(server).opened


def test_an_unmasked_frame_gets_1002_and_what_follows_it_is_not_read(server, connect):
    client = shake_hands(connect(server))
    client.sendall(Frame.text("Hello").encode() + Frame.text("later").encode(mask_key=MASK))
    data = read_all(client)
    assert last_close(data) == 1002
    assert b"later" not in data
    said = wait_ended(server)
    assert "Frames from a client must be masked." in said.ended
    assert said.frames[0].data.startswith(Frame.text("Hello").encode())


def test_the_last_words_arrive_though_the_client_goes_on_sending(server, connect):
    client = shake_hands(connect(server))
    client.sendall(Frame.text("Hello").encode() + bytes(300_000))
    assert last_close(read_all(client)) == 1002  # a reset would raise ConnectionResetError


def test_good_frames_before_a_bad_one_are_still_answered(server, connect):
    client = shake_hands(connect(server))
    client.sendall(Frame.text("good").encode(mask_key=MASK) + Frame.text("bad").encode())
    first, *_, last = dissect_all(read_all(client), "client")
    assert first.frame == Frame.text("good")
    assert decode_close(last.payload)[0] == 1002


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (Frame(1, b"\xff"), 1007),
        (Frame(3, b""), 1002),
        (Frame(1, b"", rsv1=True), 1002),
        (Frame(9, b"", fin=False), 1002),
        (Frame(8, b"\x03"), 1002),
        (Frame.close(1005), 1002),
    ],
)
def test_a_frame_that_breaks_a_rule_gets_a_close_with_its_code(server, connect, frame, code):
    client = shake_hands(connect(server))
    send_frame(client, frame)
    assert last_close(read_all(client)) == code


def test_a_frame_larger_than_the_limit_gets_1009_before_it_is_sent(server, connect):
    client = shake_hands(connect(server))
    client.sendall(Frame.binary(b"").header(mask_key=MASK, length=2**62))
    assert last_close(read_all(client)) == 1009


def test_a_client_that_hangs_up_without_a_close_is_recorded_as_such(server, connect):
    client = shake_hands(connect(server))
    client.close()
    assert "without a Close" in wait_ended(server).ended


def test_a_silent_connection_is_closed_after_a_while(connect):
    with ContactServer(limits=QUICK) as server:
        client = shake_hands(connect(server))
        assert last_close(read_all(client)) == 1001


def test_a_client_that_never_reads_is_dropped(connect):
    with ContactServer(limits=QUICK) as server:
        client = shake_hands(connect(server))
        client.settimeout(3)
        frame = Frame.binary(bytes(60_000)).encode(mask_key=MASK)
        with pytest.raises(ConnectionError):
            client.sendall(frame * 500)
        assert "did not read" in wait_ended(server).ended


def test_a_record_that_is_full_closes_the_connection(connect):
    with ContactServer(limits=Limits(frames=6)) as server:
        client = shake_hands(connect(server))
        for _ in range(10):
            send_frame(client, Frame.text("x"))
        assert last_close(read_all(client)) == 1008
        assert len(wait_ended(server).frames) < 10


def test_more_connections_than_allowed_get_503(connect):
    with ContactServer(limits=Limits(connections=2)) as server:
        clients = [shake_hands(connect(server)) for _ in range(2)]
        extra = connect(server)
        assert read_all(extra).startswith(b"HTTP/1.1 503 ")
        send_frame(clients[0], Frame.text("still here"))
        assert read_frame(clients[0]) == Frame.text("still here")


def test_only_the_latest_conversations_are_kept(connect):
    with ContactServer(limits=Limits(conversations=2)) as server:
        for number in range(4):
            client = connect(server)
            client.sendall(f"GET /{number} HTTP/1.1\r\n\r\n".encode())
            read_all(client)
        assert [said.check.request.target for said in server.conversations] == ["/2", "/3"]


# -- starting and stopping -------------------------------------------------------------------------


def ours():
    return [thread for thread in threading.enumerate() if thread.name == "wslearn contact"]


def test_stopping_says_goodbye_and_leaves_no_thread_and_no_listener(connect):
    server = ContactServer().start()
    client = shake_hands(connect(server))
    server.stop()
    assert last_close(read_all(client)) == 1001
    assert ours() == []
    assert not server.running
    with pytest.raises(ConnectionRefusedError):
        connect(server)
    server.stop()  # a second time does nothing


def test_a_server_that_is_started_again_listens_again(server, connect):
    server.stop()
    server.start()
    shake_hands(connect(server))
    assert len(ours()) == 1


def test_two_servers_never_quarrel_about_an_address():
    with ContactServer() as one, ContactServer() as two:
        assert one.port != two.port


def test_a_port_that_is_taken_raises_and_leaves_nothing(server):
    taken = ContactServer(port=server.port)
    with pytest.raises(OSError, match="address already in use"):
        taken.start()
    assert not taken.running
    assert len(ours()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.2 is no address at all")
def test_it_listens_on_one_loopback_address_alone(server):
    # Linux answers on all of 127.0.0.0/8 for a server that listens everywhere.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port), timeout=1)


def test_it_serves_while_the_main_thread_is_busy(server):
    seen = []

    def talk():
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            seen.append(shake_hands(client))

    talker = threading.Thread(target=talk)
    talker.start()
    end = time.monotonic() + 5
    while not seen and time.monotonic() < end:
        sum(range(1000))
    talker.join(5)
    assert seen
