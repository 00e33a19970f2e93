// The class that stands in for the browser's WebSocket keeps to its interface, down to the errors.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { joined } from "./joined.mjs";

globalThis.location = new URL("https://course.example/notebooks/");
globalThis.CloseEvent ??= class CloseEvent extends Event {
  constructor(type, { code, reason, wasClean }) { super(type); Object.assign(this, { code, reason, wasClean }); }
};
const { insideSocket } = await joined(["tap/insidesocket.js"], ["insideSocket"]);

// The widget's channel: it keeps what the page sends, and plays back what Python sends.
class Channel {
  said = [];
  listeners = new Set();
  on(name, listener) { this.listeners.add(listener); }
  off(name, listener) { this.listeners.delete(listener); }
  send(message, callbacks, buffers) { this.said.push({ ...message, buffers }); }
  tell(message, ...bytes) {
    const { socket } = this.said[0];
    for (const listener of this.listeners) listener({ socket, ...message }, bytes.map((one) => new DataView(Uint8Array.from(one).buffer)));
  }
}

let channel, Socket, socket, seen;
beforeEach(() => {
  channel = new Channel();
  Socket = insideSocket(channel);
  socket = new Socket("ws://127.0.0.1:8765/chat", ["chat"]);
  seen = [];
  for (const type of ["open", "message", "error", "close"]) socket.addEventListener(type, (event) => seen.push(event));
});
const open = () => channel.tell({ event: "open", protocol: "chat", extensions: "" });
const kinds = () => seen.map(({ type }) => type);
const error = (name) => (problem) => problem instanceof DOMException && problem.name === name;

test("the request names what was asked for, with the page's origin", () => {
  const { do: what, url, subprotocols, origin } = channel.said[0];
  assert.deepEqual([what, url, subprotocols, origin], ["open", "ws://127.0.0.1:8765/chat", ["chat"], "https://course.example"]);
});

test("it goes through the four states, and reports each", () => {
  assert.equal(socket.readyState, Socket.CONNECTING);
  open();
  assert.deepEqual([socket.readyState, socket.protocol, kinds()], [Socket.OPEN, "chat", ["open"]]);
  socket.close(1000, "bye");
  assert.equal(socket.readyState, Socket.CLOSING);
  channel.tell({ event: "close", code: 1000, reason: "bye", wasClean: true, failed: false });
  assert.equal(socket.readyState, Socket.CLOSED);
  const { code, reason, wasClean } = seen.at(-1);
  assert.deepEqual([code, reason, wasClean, kinds()], [1000, "bye", true, ["open", "close"]]);
  assert.equal(channel.listeners.size, 0);
});

test("a failed attempt is an error and a close that do not say why", () => {
  channel.tell({ event: "close", code: 1006, reason: "", wasClean: false, failed: true });
  assert.deepEqual(kinds(), ["error", "close"]);
});

test("nothing can be sent before it is open or after its end", () => {
  assert.throws(() => socket.send("early"), error("InvalidStateError"));
  open();
  socket.close();
  socket.send("late");
  assert.deepEqual(channel.said.map((one) => one.do), ["open", "close"]);
  assert.equal(socket.bufferedAmount, 4); // what is thrown away is counted, as the standard wants it
});

test("text and bytes go as they are, and count as buffered until they are sent", () => {
  open();
  socket.send("é");
  socket.send(new Uint8Array([1, 2, 3]).subarray(1));
  const [, text, bytes] = channel.said;
  assert.deepEqual([text.binary, [...new Uint8Array(text.buffers[0])]], [false, [0xc3, 0xa9]]);
  assert.deepEqual([bytes.binary, [...new Uint8Array(bytes.buffers[0])]], [true, [2, 3]]);
  assert.equal(socket.bufferedAmount, 4);
  channel.tell({ event: "sent", size: 2 });
  assert.equal(socket.bufferedAmount, 2);
});

test("a message comes as text, as a buffer or as a blob", async () => {
  open();
  let handled = "";
  socket.onmessage = ({ data }) => { handled = data; };
  channel.tell({ event: "message", text: "<b>Hello</b>" });
  assert.equal(handled, "<b>Hello</b>");
  socket.binaryType = "arraybuffer";
  channel.tell({ event: "message" }, [7, 8]);
  assert.deepEqual([...new Uint8Array(handled)], [7, 8]);
  socket.binaryType = "blob";
  channel.tell({ event: "message" }, [9]);
  assert.deepEqual([...new Uint8Array(await handled.arrayBuffer())], [9]);
});

test("a message for another socket is ignored", () => {
  open();
  for (const listener of channel.listeners) listener({ socket: "another", event: "message", text: "x" }, []);
  assert.deepEqual(kinds(), ["open"]);
});

test("a page may close only with 1000 and with 3000 to 4999", () => {
  open();
  for (const code of [0, 1001, 1005, 2999, 5000]) assert.throws(() => socket.close(code), error("InvalidAccessError"));
  assert.throws(() => socket.close(1000, "ü".repeat(62)), error("SyntaxError"));
  assert.equal(socket.readyState, Socket.OPEN);
  socket.close(4999, "ü".repeat(61));
  assert.equal(socket.readyState, Socket.CLOSING);
});

test("a reason without a code goes with 1000", () => {
  open();
  socket.close(undefined, "why");
  const { code, reason } = channel.said.at(-1);
  assert.deepEqual([code, reason], [1000, "why"]);
});

test("closing before it is open is a failure", () => {
  socket.close();
  open();
  channel.tell({ event: "close", code: 1000, reason: "", wasClean: true, failed: false });
  const { code, wasClean } = seen.at(-1);
  assert.deepEqual([kinds(), code, wasClean], [["error", "close"], 1006, false]);
});

test("a Blob is refused, and not sent as its string form", () => {
  open();
  assert.throws(() => socket.send(new Blob(["x"])), error("NotSupportedError"));
  assert.equal(channel.said.length, 1);
});

test("an invalid address or subprotocol is refused", () => {
  for (const url of ["ftp://127.0.0.1/", "ws://127.0.0.1/#part", "ws://", "ws://["]) assert.throws(() => new Socket(url), error("SyntaxError"));
  for (const names of [["a", "a"], ["a b"], [""]]) assert.throws(() => new Socket("ws://127.0.0.1/", names), error("SyntaxError"));
});
