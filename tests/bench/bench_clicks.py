"""How long from a click to what Python answers, against the bare round trip to the kernel?

Run by hand: ``python tests/bench/bench_clicks.py``. A real JupyterLab and a real Chromium; clicks
and bare round trips take turns, so that both meet the same machine. A *bare round trip* is one
message to a widget that sends it straight back. A click counts until Python's answer is in the
page (what only Python writes, such as a byte's hex digits) and until the browser has laid it out.

Three questions: how does it grow with the frame, how is it for each lab, and how is it for the
same frame drawn anew by matplotlib under ``interact``, the usual way to make a notebook move?
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from tests.support.lab_driver import (
    HOW_TO_GET_ONE,
    JupyterServer,
    NotebookPage,
    chromium,
    find_chromium,
)
from tests.support.lab_driver import notebook_of as notebook

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
FRAMES = {
    16: 'ws.Frame.text("").encode()',
    88: 'ws.Frame.text("Hello").encode(mask_key=b"abcd")',
    640: 'ws.Frame.text("x" * 74).encode(mask_key=b"abcd")',
    2048: 'ws.Frame.text("x" * 248).encode(mask_key=b"abcd")',
}
"""Frames by the number of their bits."""

STEP = "button[data-step=next]:not([aria-disabled=true])"
BACK = "button[data-step=back]:not([aria-disabled=true])"
ANY = ".wsl-lab"
LABS = {
    "GalleryLab": ("ws.GalleryLab()", STEP, BACK, ANY),
    "LengthLab": ("ws.LengthLab()", STEP, BACK, ANY),
    "MaskLab": ("ws.MaskLab()", STEP, BACK, ANY),
    "StateLab": ("ws.StateLab()", STEP, BACK, ANY),
    "HandshakeLab": (
        'ws.HandshakeLab(look="from key to answer")',
        '.wsl-bit[data-bit="3"]',
        '.wsl-bit[data-bit="3"]',
        ".wsl-sheet:not([hidden])",
    ),
}
"""Each lab: how to make it, what to click (and what, when that is at its end), where to look."""

MATPLOTLIB = """
%matplotlib inline
import ipywidgets
from wslearn.protocol.bits import flip
def draw(flipped):
    data = ws.Frame.text("Hello").encode(mask_key=b"abcd")
    display(ws.dissect(flip(data, 4) if flipped else data, receiver="server").figure())
ipywidgets.interact(draw, flipped=False);
"""

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


MEASURE_ANY = """async ([rounds, wanted, otherwise, area]) => {
  const output = document.querySelectorAll(".jp-OutputArea-output")[1].closest(".jp-Cell");
  const click = () => new Promise((resolve) => {
    const target = output.querySelector(wanted) ?? output.querySelector(otherwise);
    let start;
    const observer = new MutationObserver((records) => {
      if (start === undefined) return;
      observer.disconnect();
      document.body.offsetHeight;
      resolve(performance.now() - start);
    });
    target.focus({ preventScroll: true });
    setTimeout(() => {
      for (const place of output.querySelectorAll(area)) {
        observer.observe(place, { childList: true, characterData: true, subtree: true });
      }
      start = performance.now();
      target.click();
    }, 300);
  });
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const result = { bits: 0, clicks: [], bare: [] };
  for (let round = -5; round < rounds; round++) {
    await pause(250);
    const bare = await window.bareRoundTrip();
    await pause(250);
    const clicked = await click();
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
    server.start()
    try:
        with chromium(path) as browser:
            print(f"{'':14} {'':14} {'median':>8} {'p95':>8}   (ms, {ROUNDS} rounds)")
            for bits, frame in FRAMES.items():
                with opened(browser, server, f"{bits}", f"ws.FrameLab({frame}).grid") as page:
                    page.page.wait_for_selector(".wsl-bit")
                    if unfold := page.output(1).locator(".wsl-fold button:visible").all():
                        unfold[0].click()
                        page.page.wait_for_timeout(500)
                    show(f"{bits} bits", page.page.evaluate(MEASURE, ROUNDS))
            for name, (source, *where) in LABS.items():
                with opened(browser, server, name, source) as page:
                    page.output(1).locator(where[0]).first.wait_for()
                    show(name, page.page.evaluate(MEASURE_ANY, [ROUNDS, *where]))
            with opened(browser, server, "matplotlib", MATPLOTLIB) as page:
                page.output(1).locator("img").first.wait_for()
                box, image = "input[type=checkbox]", ".jp-OutputArea"
                show("matplotlib", page.page.evaluate(MEASURE_ANY, [ROUNDS, box, box, image]))
    finally:
        server.stop()
        folder.cleanup()


@contextmanager
def opened(
    browser: object, server: JupyterServer, name: str, source: str
) -> Iterator[NotebookPage]:
    """A page with the echo in its first cell and this in its second, both run."""
    nbformat.write(notebook([ECHO, source]), server.root / f"bench-{name}.ipynb")
    page = NotebookPage(browser.new_page(), server, f"bench-{name}.ipynb")
    page.open()
    page.run_all()
    try:
        yield page
    finally:
        page.page.close()


def show(title: str, result: dict) -> None:
    """One measurement as three lines of the table."""
    middle = {}
    for name, label in (("bare", "bare"), ("clicks", "click")):
        times = result[name]
        middle[name] = statistics.median(times)
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{title:14} {label:14} {middle[name]:8.1f} {p95:8.1f}")
    print(f"{title:14} {'click / bare':14} {middle['clicks'] / middle['bare']:8.2f}", flush=True)


if __name__ == "__main__":
    main()
