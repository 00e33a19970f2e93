// The connection to the room: one WebSocket, opened again whenever it is lost.
//
// Whatever comes is text and is shown as text (textContent); nothing here makes markup of it.
//
// A network can be lost without a word, and a script neither sends nor sees a Ping (RFC 6455 §5.5.2).
// So after a silence the page sends a message of its own, and gives the connection up where nothing
// comes back.

const FIRST_RANGE = 5000, LONGEST_RANGE = 60000; // milliseconds; back-off as in RFC 6455 §7.2.3
const SILENCE = 20000, PATIENCE = 10000; // milliseconds, as the server has them for its Pings
const THE_END = 1000; // this name has left, in this window or another

export function connect(hear, connected) {
  const url = new URL(document.body.dataset.socket, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.search = url.hash = "";
  let socket, range = FIRST_RANGE, timer, watch;

  function open() {
    clearTimeout(timer);
    const mine = socket = new WebSocket(url);
    let opened = false;
    mine.onopen = () => {
      opened = true;
      range = FIRST_RANGE;
      listenFor(mine);
      connected(true);
    };
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      listenFor(mine);
      const message = JSON.parse(event.data);
      if (message.type === "error" && message.code === "login") location.reload();
      else if (message.type !== "alive") hear(message);
    };
    mine.onclose = async (event) => {
      if (mine !== socket) return;
      clearTimeout(watch);
      connected(false);
      // A script is not told why a handshake was refused, so it asks whether it still has a name.
      if (event.code === THE_END || (!opened && !(await known()))) return location.reload();
      // Not all at the same moment: a whole class comes back when a server does.
      timer = setTimeout(open, range * Math.random());
      range = Math.min(range * 2, LONGEST_RANGE);
    };
  }

  function listenFor(mine) {
    clearTimeout(watch);
    watch = setTimeout(() => {
      mine.send('{"type": "alive"}');
      watch = setTimeout(() => {
        mine.close(); // its Close may never arrive, so nobody waits for the answer
        mine.onclose({ code: 1006 });
        socket = null;
      }, PATIENCE);
    }, SILENCE);
  }

  async function known() {
    try {
      const answer = await fetch("session");
      if (!answer.ok) return true; // the room does not answer now: that says nothing about us
      const { name, instructor } = await answer.json();
      return document.body.dataset.socket === "ws" ? name !== null : instructor;
    } catch {
      return true;
    }
  }

  addEventListener("online", () => (!socket || socket.readyState === WebSocket.CLOSED) && open());
  open();
  return (message) => {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  };
}
