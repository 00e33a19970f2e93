// The connection to the room: one WebSocket, opened again whenever it is lost.
//
// Whatever comes is text and is shown as text (textContent); nothing here makes markup of it.

const FIRST_WAIT = 500, LONGEST_WAIT = 8000; // milliseconds
const THE_END = 1000; // this name has left, in this window or another

export function connect(hear, connected) {
  const url = new URL(document.body.dataset.socket, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.search = url.hash = "";
  let socket, wait = FIRST_WAIT, timer;

  function open() {
    clearTimeout(timer);
    const mine = socket = new WebSocket(url);
    let opened = false;
    mine.onopen = () => {
      opened = true;
      wait = FIRST_WAIT;
      connected(true);
    };
    mine.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "error" && message.code === "login") location.reload();
      else hear(message);
    };
    mine.onclose = async (event) => {
      if (mine !== socket) return;
      connected(false);
      // A script is not told why a handshake was refused, so it asks whether it still has a name.
      if (event.code === THE_END || (!opened && !(await known()))) return location.reload();
      // Not all at the same moment: a whole class comes back when a server does.
      timer = setTimeout(open, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
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

  addEventListener("online", () => socket.readyState === WebSocket.CLOSED && open());
  open();
  return (message) => {
    if (socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  };
}
