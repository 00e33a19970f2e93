// `InsideSocket` stands in for the browser's `WebSocket` where the server runs inside this very page,
// in a Python that no connection of the browser can reach.
//
// It has the interface of https://websockets.spec.whatwg.org: the same states, events, errors and
// limits; only a Blob cannot be sent. Behind it, Python's client makes the request and the frames; only messages cross the
// widget's channel. So a page sees here what it would see of a WebSocket, and no more.

const REASON_BYTES = 123; // RFC 6455 §5.5: a control frame has 125, two of them are the code

function insideSocket(model) {
  let sockets = 0;
  return class InsideSocket extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    static CLOSED = 3;

    #number = `${Math.random()}/${(sockets += 1)}`; // another view of the widget has its own sockets
    #state = InsideSocket.CONNECTING;
    #failed = false;
    #waiting = 0; // bytes that Python has not taken yet
    #handlers = {};
    #hear = (message, buffers) => {
      if (message.socket === this.#number) this.#heard(message, buffers);
    };

    constructor(url, protocols = []) {
      super();
      this.url = address(url);
      this.binaryType = "blob";
      this.protocol = this.extensions = "";
      for (const type of ["open", "message", "error", "close"]) this.#handler(type);
      const asked = [protocols].flat().map(String);
      if (!/^wss?:/.test(this.url) || this.url.includes("#") || !tokens(asked)) {
        throw new DOMException("The URL or a subprotocol is not valid.", "SyntaxError");
      }
      model.on("msg:custom", this.#hear);
      this.#say({ do: "open", url: this.url, subprotocols: asked, origin: location.origin });
    }

    get readyState() {
      return this.#state;
    }

    get bufferedAmount() {
      return this.#waiting;
    }

    send(data) {
      if (this.#state === InsideSocket.CONNECTING) {
        throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
      }
      if (data instanceof Blob) {
        throw new DOMException("A Blob cannot be sent here: send its arrayBuffer().", "NotSupportedError");
      }
      const binary = data instanceof ArrayBuffer || ArrayBuffer.isView(data);
      const bytes = binary ? toBytes(data) : new TextEncoder().encode(String(data));
      this.#waiting += bytes.length;
      if (this.#state !== InsideSocket.OPEN) return; // thrown away, and counted all the same
      this.#say({ do: "send", binary, size: bytes.length }, [bytes.slice().buffer]);
    }

    close(code, reason = "") {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
        throw new DOMException(`The close code must be 1000 or 3000 to 4999, not ${code}.`, "InvalidAccessError");
      }
      if (new TextEncoder().encode(reason).length > REASON_BYTES) {
        throw new DOMException(`The reason must not be longer than ${REASON_BYTES} bytes.`, "SyntaxError");
      }
      if (this.#state >= InsideSocket.CLOSING) return;
      this.#failed = this.#state === InsideSocket.CONNECTING; // to close that soon is to fail
      this.#state = InsideSocket.CLOSING;
      this.#say({ do: "close", code: code ?? (reason ? 1000 : null), reason: String(reason) });
    }

    #say(message, buffers = []) {
      model.send({ socket: this.#number, ...message }, undefined, buffers);
    }

    #heard(message, buffers) {
      switch (message.event) {
        case "open":
          if (this.#state !== InsideSocket.CONNECTING) return;
          this.#state = InsideSocket.OPEN;
          this.protocol = message.protocol;
          this.extensions = message.extensions;
          this.dispatchEvent(new Event("open"));
          break;
        case "message":
          if (this.#state !== InsideSocket.OPEN) return;
          this.dispatchEvent(new MessageEvent("message", { data: this.#data(message, buffers), origin: new URL(this.url).origin }));
          break;
        case "sent":
          this.#waiting -= message.size;
          break;
        case "close": {
          const { code, reason, wasClean } = this.#failed ? NEVER_OPEN : message;
          this.#state = InsideSocket.CLOSED;
          model.off("msg:custom", this.#hear);
          if (this.#failed || message.failed) this.dispatchEvent(new Event("error"));
          this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean }));
        }
      }
    }

    #data({ text }, buffers) {
      if (text !== undefined) return text;
      const bytes = toBytes(buffers[0]);
      return this.binaryType === "arraybuffer" ? bytes.slice().buffer : new Blob([bytes]);
    }

    // `socket.onopen = …` and its like, as every event target of a page has them.
    #handler(type) {
      Object.defineProperty(this, `on${type}`, {
        get: () => this.#handlers[type] ?? null,
        set: (handler) => {
          this.#handlers[type] = handler;
        },
      });
      this.addEventListener(type, (event) => this.#handlers[type]?.call(this, event));
    }
  };
}

const NEVER_OPEN = { code: 1006, reason: "", wasClean: false };

function address(url) {
  try {
    return String(new URL(url, location.href)).replace(/^http/, "ws");
  } catch {
    throw new DOMException(`The URL ${url} is not valid.`, "SyntaxError");
  }
}

const toBytes = (data) =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);

// Subprotocols are tokens (RFC 6455 §4.1), and none is named twice.
function tokens(names) {
  return new Set(names).size === names.length && names.every((name) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name));
}
