"""How long from a click to the redrawn frame, against the bare round trip to the kernel?

Run by hand: ``python tests/bench/bench_clicks.py``. A real JupyterLab and a real Chromium; clicks
and bare round trips take turns, so that both meet the same machine. A *bare round trip* is one
message to a widget that sends it straight back. A click counts until Python's answer is in the
page (the byte's hex digits, which only Python writes) and until the browser has laid it out.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

from lab_driver import HOW_TO_GET_ONE, JupyterServer, NotebookPage, chromium, find_chromium
from lab_driver import notebook_of as notebook

ROUNDS = 60
FRAMES = {88: 5, 640: 74, 2048: 248}  # bits of the whole frame: bytes of payload

ECHO = '''
import anywidget, wslearn as ws
class Echo(anywidget.AnyWidget):
    _esm = """
    export default { render({ model, el }) {
      el.textContent = "echo";
      window.bareRoundTrip = () => new Promise((resolve) => {
        const start = performance.now();
        const back = () => { model.off("msg:custom", back); resolve(performance.now() - start); };
        model.on("msg:custom", back);
        model.send({ ping: 1 });
      });
    } };
    """
    def __init__(self):
        super().__init__()
        self.on_msg(lambda widget, content, buffers: self.send(content))
Echo()
'''

MEASURE = """async (rounds) => {
  const bits = [...document.querySelectorAll(".wsl-bit")];
  const hexes = [...document.querySelectorAll(".wsl-head b")];
  const click = (index) => new Promise((resolve) => {
    const hex = hexes[index >> 3];
    const observer = new MutationObserver(() => {
      observer.disconnect();
      document.body.offsetHeight; // forces the layout, so that its time counts
      resolve(performance.now() - start);
    });
    observer.observe(hex, { childList: true, characterData: true, subtree: true });
    // As under a finger: the press has given the bit the focus before the click comes.
    bits[index].focus({ preventScroll: true });
    setTimeout(() => { start = performance.now(); bits[index].click(); }, 300);
    let start;
  });
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const result = { bits: bits.length, clicks: [], bare: [] };
  for (let round = -10; round < rounds; round++) {
    await pause(250); // the same silence before each: TCP answers slower after a burst
    const bare = await window.bareRoundTrip();
    await pause(250);
    const clicked = await click(bits.length - 1 - ((7 * Math.abs(round)) % 160) % bits.length);
    if (round >= 0) { result.clicks.push(clicked); result.bare.push(bare); }
  }
  return result;
}"""


def main() -> None:
    path = find_chromium()
    if path is None:
        sys.exit(HOW_TO_GET_ONE)
    folder = tempfile.TemporaryDirectory()
    server = JupyterServer(Path(folder.name))
    cells = [
        f'ws.FrameLab(ws.Frame.text("x" * {payload}).encode(mask_key=b"abcd")).grid'
        if payload
        else ECHO
        for payload in (0, *FRAMES.values())
    ]
    server.start()
    try:
        with chromium(path) as browser:
            print(f"{'bits':>6} {'':14} {'median':>8} {'p95':>8}   (ms, {ROUNDS} rounds)")
            for number, bits in enumerate(FRAMES, start=1):
                name = f"bench-{bits}.ipynb"
                nbformat.write(notebook([cells[0], cells[number]]), server.root / name)
                page = NotebookPage(browser.new_page(), server, name)
                page.open()
                page.run_all()
                page.page.wait_for_selector(".wsl-bit")
                if unfold := page.output(1).locator(".wsl-fold button:visible").all():
                    unfold[0].click()
                    page.page.wait_for_timeout(500)
                show(page.page.evaluate(MEASURE, ROUNDS))
                page.page.close()
    finally:
        server.stop()
        folder.cleanup()


def show(result: dict) -> None:
    """One measurement as three lines of the table."""
    middle = {}
    for name, label in (("bare", "bare"), ("clicks", "click")):
        times = result[name]
        middle[name] = statistics.median(times)
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{result['bits']:>6} {label:14} {middle[name]:8.1f} {p95:8.1f}")
    print(f"{result['bits']:>6} {'click / bare':14} {middle['clicks'] / middle['bare']:8.2f}")


if __name__ == "__main__":
    main()
