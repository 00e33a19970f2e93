"""Take the README's pictures of the labs; run it again when a lab has changed.

    python -m tests.tools.take_pictures [NAME ...]

Each lab is opened in a real JupyterLab and photographed alone; few colours keep the files small.
"""

import io
import sys
import tempfile
from pathlib import Path

import nbformat
from PIL import Image

from tests.support.lab_driver import (
    HOW_TO_GET_ONE,
    JupyterServer,
    NotebookPage,
    chromium,
    find_chromium,
    notebook_of,
)
from tests.support.places import NOTEBOOKS

TARGET = NOTEBOOKS / "pictures"
SIZE = {"width": 1180, "height": 1400}
COLOURS = 64

STEP, SEND = "[data-step=next]", ':text-is("Send")'
LABS = {
    "framelab": ('ws.FrameLab("b1 05 48 65 6c 6c 6f")', []),
    "lengthlab": ("ws.LengthLab(126)", []),
    "masklab": ("ws.MaskLab()", 3 * [STEP]),
    "handshakelab": ('ws.HandshakeLab(look="from key to answer")', []),
    "statelab": ("ws.StateLab()", 5 * [STEP]),
    "pipelab": ('ws.PipeLab("slow reader")', 9 * [STEP]),
    "gallerylab": ('ws.GalleryLab("length-16", receiver="client")', []),
    "taplab": ("ws.TapLab()", [':text-is("Connect from this tab")', SEND, SEND]),
}
"""Each picture: the cell that makes its lab, and the buttons that are pressed in it."""


def small(picture: bytes) -> bytes:
    """The same picture with few colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    target = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return target.getvalue()


def main() -> None:
    """Take the pictures that were asked for, or all of them."""
    path = find_chromium()
    if path is None:
        sys.exit(HOW_TO_GET_ONE)
    names = sys.argv[1:] or list(LABS)
    with tempfile.TemporaryDirectory() as folder, chromium(path) as browser:
        server = JupyterServer(Path(folder))
        server.start()
        try:
            for name in names:
                source, pressed = LABS[name]
                cells = [f"import wslearn as ws\n{source}"]
                nbformat.write(notebook_of(cells), server.root / f"{name}.ipynb")
                page = browser.new_page(viewport=SIZE)
                notebook = NotebookPage(page, server, f"{name}.ipynb")
                notebook.open()
                notebook.run(0)
                lab = notebook.output(0).locator(".wsl-lab")
                lab.locator(".wsl-stage").wait_for()
                for button in pressed:
                    lab.locator(f"button{button}").click()
                    page.wait_for_timeout(300)
                page.mouse.move(5, 5)
                page.wait_for_timeout(800)
                page.add_style_tag(content=".wsl-stage { display: none !important; }")
                data = small(lab.screenshot())
                (TARGET / f"{name}.png").write_bytes(data)
                print(f"{name}.png: {len(data):,} bytes")
                page.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
