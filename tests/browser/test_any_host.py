"""The widgets use what anywidget documents of their host, and nothing else.

So they work in every front end with the documented interface, even in those that no test can start
here, such as VS Code's notebook. Proven twice: by what the JavaScript says, and by what it does in
a page whose host is a few lines of ours.
"""

import functools
import http.server
import json
import re
import threading
from pathlib import Path

import anywidget
import pytest
from playwright.sync_api import expect

import wslearn as ws
import wslearn.labs
from tests.support.every_lab import LABS, TRIALS
from tests.support.lab_driver import keep
from wslearn.draw.theme import DARK, LIGHT

STATIC = Path(wslearn.labs.__file__).parent
SCRIPTS = sorted(STATIC.rglob("*.js"))

OF_THE_MODEL = {"get", "set", "save_changes", "on", "off", "send"}
"""The model that anywidget documents, but for ``widget_manager``, which hosts differ in."""

NOT_EVERYWHERE = {
    r"\bjupyterapp\b": "JupyterLab shows itself in a page only when it is asked to",
    r"\bJupyter\b\s*[.\[]": "the global of the classic notebook",
    r"\brequire\s*\(": "AMD and CommonJS are what some hosts load modules with, not all",
    r"\bacquireVsCodeApi\b": "only VS Code has it, and gives it once",
    r"@jupyter-widgets|@jupyterlab|@lumino": "what a host is built of is its own affair",
    r"^\s*import\b|\bimport\s*\(": "a module that comes from memory cannot import a neighbour",
    r"\bwindow\.(?:top|parent)\b|\bparent\.(?:document|location|postMessage)\b": (
        "a host may show outputs in a frame of another origin"
    ),
    r"\blocalStorage\b|\bsessionStorage\b|\.cookie\b": "a frame of another origin has none",
    r"\bfetch\s*\(|\bXMLHttpRequest\b|\bEventSource\b|\bsendBeacon\b": "no request is made",
    r"\binnerHTML\b|\bouterHTML\b|\binsertAdjacentHTML\b|\bdocument\.write\b": "text is not markup",
    r"\beval\s*\(|\bnew Function\b": "a host may forbid it, and it would run text",
}
MAY_CONNECT = {"thistab.js"}
"""The browser's own client, which is there to connect."""


def code(script: Path) -> str:
    """A script without its comments."""
    text = re.sub(r"/\*.*?\*/", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"(?m)^\s*//.*$|\s//\s.*$", "", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
@pytest.mark.parametrize("what", NOT_EVERYWHERE)
def test_a_script_uses_nothing_that_not_every_host_has(script, what):
    assert re.findall(what, code(script), re.MULTILINE) == [], NOT_EVERYWHERE[what]


@pytest.mark.parametrize(
    "line",
    [
        "window.jupyterapp.commands.execute('x')",
        "Jupyter.notebook.kernel",
        "const base = require('@jupyter-widgets/base')",
        "import { make } from './parts.js'",
        "  const d3 = await import('https://cdn.example/d3.js')",
        "window.parent.postMessage({})",
        "localStorage.setItem('a', 1)",
        "await fetch('/api')",
        "node.innerHTML = text",
        "acquireVsCodeApi()",
        "new Function('return 1')()",
    ],
)
def test_a_line_that_only_some_hosts_can_run_is_found(line):
    assert [what for what in NOT_EVERYWHERE if re.findall(what, line, re.MULTILINE)]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_of_the_model_only_what_is_documented_is_used(script):
    assert set(re.findall(r"\bmodel\.(\w+)", code(script))) <= OF_THE_MODEL


def test_only_the_tab_that_is_a_client_connects():
    assert {path.name for path in SCRIPTS if "new WebSocket" in code(path)} == MAY_CONNECT


def test_no_style_sheet_loads_anything():
    for sheet in STATIC.rglob("*.css"):
        assert re.findall(r"@import|url\((?!\s*[\"']?data:)", sheet.read_text()) == [], sheet.name


# -- a host of our own -----------------------------------------------------------------------------

HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A host</title>
<link rel="icon" href="data:,">
<body class="%s"><script type="module">
// A model as anywidget documents it, and not a word more: any other name is an error.
window.sent = [];
window.models = [];
function modelOf(state, index) {
  const listeners = {};
  const changed = new Set();
  const heard = (event) => listeners[event] ?? [];
  const tell = (event, ...what) => { for (const hear of [...heard(event)]) hear(...what); };
  const model = {
    get: (name) => {
      if (!(name in state)) throw new Error(`no trait ${name}`);
      return state[name];
    },
    set: (name, value) => { state[name] = value; changed.add(name); tell(`change:${name}`); },
    save_changes: () => {
      const saved = Object.fromEntries([...changed].map((name) => [name, state[name]]));
      window.sent.push([index, { saved }]);
      changed.clear();
    },
    on: (event, hear) => { (listeners[event] ??= []).push(hear); },
    off: (event, hear) => { listeners[event] = heard(event).filter((one) => one !== hear); },
    send: (content) => { window.sent.push([index, content]); },
  };
  const fromPython = (news) => {
    Object.assign(state, news);
    for (const name in news) tell(`change:${name}`);
  };
  const left = () => Object.values(listeners).flat().length;
  return { model: new Proxy(model, { get: (own, name) => {
    if (name in own || typeof name === "symbol" || name === "then") return own[name];
    throw new Error(`model.${String(name)} is not documented`);
  } }), fromPython, left };
}
const lab = document.createElement("div");
lab.className = "%s";
document.body.append(lab);
const ends = [];
for (const [index, { css, state, look }] of %s.entries()) {
  const sheet = document.createElement("style");
  sheet.textContent = css;
  document.head.append(sheet);
  const el = lab.appendChild(document.createElement("div"));
  el.className = look;
  const { default: widget } = await import(`/${index}.js`);
  const made = modelOf(state, index);
  await widget.initialize?.({ model: made.model });
  ends.push(await widget.render({ model: made.model, el }));
  window.models.push(made);
}
window.end = () => { for (const end of ends) end?.(); lab.remove(); };
window.drawn = true;
</script></body></html>"""


def widgets(box) -> list[anywidget.AnyWidget]:
    """The widgets of a lab that are JavaScript of ours, from top to bottom."""
    if isinstance(box, anywidget.AnyWidget):
        return [box]
    return [each for child in getattr(box, "children", ()) for each in widgets(child)]


def state_of(widget: anywidget.AnyWidget) -> dict[str, object]:
    """What its model holds on the browser's side."""
    return {
        name: value for name, value in widget.get_state().items() if name not in ("_esm", "_css")
    }


class Host:
    """A page with the widgets of one lab, and the lab itself on Python's side of it."""

    def __init__(self, page, lab, theme: str) -> None:
        self.page, self.lab = page, lab
        self.widgets = widgets(lab)
        described = [
            {"css": str(w._css), "state": state_of(w), "look": " ".join(w._dom_classes)}
            for w in self.widgets
        ]
        # JSON in a script element may not contain the element's end tag.
        self.files = {
            "/": (
                "text/html",
                HOST
                % (theme, " ".join(lab._dom_classes), json.dumps(described).replace("</", "<\\/")),
            )
        }
        for index, widget in enumerate(self.widgets):
            self.files[f"/{index}.js"] = ("text/javascript", str(widget._esm))

    def answer(self) -> None:
        """Pass to Python what the page has sent, and to the page what Python answers."""
        for index, message in self.page.evaluate("() => window.sent.splice(0)"):
            if "saved" in message:
                self.widgets[index].set_state(message["saved"])
            else:
                self.widgets[index]._handle_custom_msg(message, [])
        for index, widget in enumerate(self.widgets):
            news = json.dumps(state_of(widget))
            self.page.evaluate(f"window.models[{index}].fromPython({news})")


class _Files(http.server.BaseHTTPRequestHandler):
    def __init__(self, host: Host, *arguments: object) -> None:
        self.host = host
        super().__init__(*arguments)

    def do_GET(self) -> None:
        kind, text = self.host.files[self.path]
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def host(browser):
    """``host(lab)`` shows its widgets in our page."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    servers = []

    def show(lab, theme: str = "") -> Host:
        made = Host(page, lab, theme)
        files = functools.partial(_Files, made)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), files)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.wait_for_function("() => window.drawn")
        return made

    yield show
    page.close()
    for server in servers:
        server.shutdown()
        server.server_close()
    assert errors == []


REACTS = {name: trial for name, trial in TRIALS.items() if name not in ("HandshakeLab", "TapLab")}
"""Labs with a button or a bit of our own to press; HandshakeLab is led by ordinary ipywidgets."""


@pytest.mark.parametrize("name", LABS)
def test_a_host_of_a_few_lines_draws_every_lab_and_can_take_it_away(host, name):
    lab = getattr(ws, name)()
    try:
        shown = host(lab)
        drawn = shown.page.locator(".wsl-lab > div")
        assert drawn.count() == len(shown.widgets) > 1
        for index in range(drawn.count()):
            expect(drawn.nth(index).locator("> *")).not_to_have_count(0)
        expect(shown.page.locator(".wsl:visible").first).not_to_be_empty()
        keep(shown.page, f"any-host-{name}", full_page=True)
        shown.page.evaluate("() => window.end()")
        # A listener that stays would be called forever.
        assert shown.page.evaluate("() => window.models.map((made) => made.left())") == [
            0 for _ in shown.widgets
        ]
    finally:
        lab.close()


@pytest.mark.parametrize("name", REACTS)
def test_what_is_done_there_reaches_python_and_the_answer_is_drawn(host, name):
    trial = REACTS[name]
    shown = host(getattr(ws, name)())
    box = shown.page.locator(".wsl-lab")
    told = box.locator(trial.where).first
    expect(told).not_to_contain_text(trial.then)
    trial.do(box)
    shown.answer()
    expect(told).to_contain_text(trial.then)


def test_what_python_changes_is_drawn_there(host):
    lab = ws.HandshakeLab()
    shown = host(lab)
    lab.break_request("version 8")
    shown.answer()
    expect(shown.page.locator(".wsl-verdict:visible").first).to_contain_text("426 Upgrade Required")


def test_the_tab_is_a_client_in_any_page(host):
    lab = ws.TapLab()
    try:
        shown = host(lab)
        TRIALS["TapLab"].do(shown.page.locator(".wsl-lab"))
        assert lab.wait(2)  # the message and its echo
        lab.go_on()
        shown.answer()
        expect(shown.page.locator(".wsl-passing")).to_contain_text("“Hello”")
    finally:
        lab.close()


@pytest.mark.parametrize(
    ("theme", "scheme"),
    [
        ("vscode-dark", "dark"),
        ("vscode-light", "light"),
        ("vscode-high-contrast", "dark"),
        ("vscode-high-contrast-light vscode-high-contrast", "light"),
    ],
)
def test_the_class_that_vs_code_puts_on_its_pages_chooses_the_colours(host, theme, scheme):
    # The system's preference must not decide, so it is set to the opposite.
    shown = host(ws.FrameLab(), theme)
    shown.page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    grid = shown.page.locator(".wsl").first
    expect(grid).to_have_css("color-scheme", scheme)
    colours = DARK if scheme == "dark" else LIGHT
    red, green, blue = bytes.fromhex(colours.ink.removeprefix("#"))
    expect(grid).to_have_css("color", f"rgb({red}, {green}, {blue})")
    keep(shown.page, f"any-host-{theme.split()[0]}", full_page=True)


def test_the_host_of_these_tests_has_no_more_than_is_documented(host):
    shown = host(ws.FrameLab())
    said = shown.page.evaluate(
        "() => { try { window.models[0].model.widget_manager; } catch (e) { return e.message; } }"
    )
    assert said == "model.widget_manager is not documented"
