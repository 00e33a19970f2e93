"""The quiz as a widget: plain ipywidgets buttons, so that it needs no script of its own.

Options are real buttons in the page's tab order. The style takes its colours from the JupyterLab
theme. A chosen option keeps its mark and its reply; choosing goes on until the right one is found.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Protocol

import ipywidgets as widgets

from wslearn.checking.panel import with_code

from .question import LETTERS, Question


@dataclass(frozen=True, slots=True)
class Mark:
    """How a chosen option is marked: its ``kind`` is a class of the style, ``word`` is for all."""

    kind: str
    word: str
    reply: str


class Asked(Protocol):
    """What the widget needs of a quiz: the questions, what was chosen, and how to choose."""

    questions: tuple[Question, ...]
    chosen: list[list[int]]
    final: bool

    @property
    def score(self) -> str:
        """The score in a sentence."""

    def choose(self, question: int, option: int) -> str:
        """Choose an option, both counted from 0; the reply to it."""

    def mark(self, question: int, option: int) -> Mark:
        """How a chosen option is marked, and the reply under it."""


STYLE = """<style>
.wslearn-quiz {
  max-width: 46em; padding: 2px 0 8px;
  font-size: var(--jp-content-font-size1, 1em);
  --jp-widgets-font-size: var(--jp-content-font-size1, 1em);
}
.wslearn-quiz .widget-html-content { line-height: 1.5; }
.wslearn-quiz .wslearn-question { margin-top: 16px; padding: 0 5px 4px; overflow: visible; }
.wslearn-quiz .wslearn-heading { font-weight: 600; font-size: 1.15em; }
.wslearn-quiz .wslearn-asked { font-weight: 600; font-size: 1.05em; }
.wslearn-quiz button.wslearn-option {
  width: 100%; height: auto; min-height: 2.4em; margin: 3px 0; padding: 6px 12px;
  white-space: normal; text-align: left; line-height: 1.4; font-size: 1em;
  color: var(--jp-content-font-color1, #1b1f24);
  background: var(--jp-layout-color1, #ffffff);
  border: 1px solid var(--jp-border-color1, #8b949e); border-radius: 6px; box-shadow: none;
}
.wslearn-quiz button.wslearn-bytes { font-family: var(--jp-code-font-family, monospace); }
.wslearn-quiz button.wslearn-option:hover { background: var(--jp-layout-color2, #f3f4f6); }
.wslearn-quiz button.wslearn-option:focus-visible {
  outline: 3px solid var(--jp-brand-color1, #0072b2); outline-offset: 1px;
}
.wslearn-quiz button.wslearn-right { border: 2px solid #0b8a66; font-weight: 600; }
.wslearn-quiz button.wslearn-wrong { border: 2px dashed #c9591a; }
.wslearn-quiz .wslearn-reply { margin: 0 0 6px; padding: 2px 0 2px 12px; border-left: 4px solid; }
.wslearn-quiz .wslearn-reply.right { border-color: #0b8a66; }
.wslearn-quiz .wslearn-reply.wrong { border-color: #c9591a; }
.wslearn-quiz button.wslearn-noted { border: 2px solid #6f7b87; font-weight: 600; opacity: 1; }
.wslearn-quiz .wslearn-reply.noted { border-color: #6f7b87; }
.wslearn-quiz .wslearn-score { margin-top: 14px; font-weight: 600; }
</style>"""

_BYTES = re.compile(r"[0-9a-f]{2}( [0-9a-f]{2})*|[01]{8}")
"""An option that is nothing but bytes or bits; it is set in a fixed-width font."""


OwnBox = Callable[[int, Callable[[], None]], widgets.Widget | None]
"""The box of a question that has no options to choose from, counted from 0, or None; its other
argument is to be called when there is an answer."""


def quiz_widget(
    quiz: Asked, heading: str = "", own: OwnBox = lambda number, answered: None
) -> widgets.Box:
    """A box with every question of a quiz, its options, replies and the score."""
    head = f'<div class="wslearn-heading">{escape(heading)}</div>' if heading else ""
    score = widgets.HTML(_score(quiz))

    def answered() -> None:
        score.value = _score(quiz)

    boxes = [
        own(number, answered) or _question_box(quiz, number, answered)
        for number in range(len(quiz.questions))
    ]
    box = widgets.VBox([widgets.HTML(STYLE + head), *boxes, score])
    box.add_class("wslearn-quiz")
    return box


def _question_box(quiz: Asked, number: int, answered: Callable[[], None]) -> widgets.Box:
    question = quiz.questions[number]
    words = f"{number + 1}. {with_code(question.text)}"
    asked = widgets.HTML(f'<div class="wslearn-asked">{words}</div>')
    rows: list[widgets.Widget] = []
    buttons: list[widgets.Button] = []
    for index, option in enumerate(question.options):
        plain = option.text.replace("`", "")  # a button's words are not HTML
        button = widgets.Button(
            description=f"{LETTERS[index]})  {plain}",
            layout=widgets.Layout(width="100%", height="auto"),
        )
        button.add_class("wslearn-option")
        if _BYTES.fullmatch(option.text):
            button.add_class("wslearn-bytes")
        # There from the start and empty, so that a screen reader hears the reply when it comes.
        reply = widgets.HTML('<div role="status"></div>')
        button.on_click(partial(_chosen, quiz, number, index, reply, answered, buttons))
        buttons.append(button)
        rows += [button, reply]
        if index in quiz.chosen[number]:  # shown a second time
            _show(quiz, number, index, button, reply)
    _close(quiz, number, buttons)
    box = widgets.VBox([asked, *rows])
    box.add_class("wslearn-question")
    return box


def _chosen(
    quiz: Asked,
    number: int,
    index: int,
    reply: widgets.HTML,
    answered: Callable[[], None],
    buttons: list[widgets.Button],
    button: widgets.Button,
) -> None:
    quiz.choose(number, index)
    _show(quiz, number, index, button, reply)
    _close(quiz, number, buttons)
    answered()


def _close(quiz: Asked, number: int, buttons: list[widgets.Button]) -> None:
    """Where the first choice is the only one, the other options can no longer be chosen."""
    if quiz.final and quiz.chosen[number]:
        for index, button in enumerate(buttons):
            button.disabled = index not in quiz.chosen[number]


def _show(
    quiz: Asked, number: int, index: int, button: widgets.Button, reply: widgets.HTML
) -> None:
    mark = quiz.mark(number, index)
    button.add_class(f"wslearn-{mark.kind}")
    reply.value = (
        f'<div role="status"><div class="wslearn-reply {mark.kind}"><b>{mark.word}</b> '
        f"{_unbroken(with_code(mark.reply))}</div></div>"
    )


def _unbroken(html: str) -> str:
    """The same with each ``RFC 6455 §5.2`` kept on one line."""
    return html.replace("RFC 6455 §", "RFC\N{NO-BREAK SPACE}6455\N{NO-BREAK SPACE}§")


def _score(quiz: Asked) -> str:
    return f'<div class="wslearn-score" role="status">{with_code(quiz.score)}</div>'
