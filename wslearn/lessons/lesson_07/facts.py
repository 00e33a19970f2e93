"""Lesson 07: what the prose of its predictions computes."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.connection import Connection
from wslearn.protocol.frame import Frame

CODE = Frame.close(1000).encode()[2:]

CLIENT, SERVER = Connection("client", mask_keys=lambda: bytes(4)), Connection("server")
SERVER.receive(CLIENT.send_close(1000))
CLIENT.receive(SERVER.take_output())
ENDS_TCP = "the server" if SERVER.should_end_tcp else "the client"
