"""The Flask application of a class: join, take part, the desk, the big screen, and what to keep.

The pages hold no script and no style of their own, and their addresses are relative: as with the
poll of lesson 12, whose templates, style and headers these are.
"""

from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from flask import send_from_directory as send
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader

from wslearn.course.cases.case_rows import as_scene
from wslearn.course.cases.shelf import open_case
from wslearn.lessons.lesson_12 import poll
from wslearn.lessons.lesson_12.poll.gate import INSTRUCTOR_COOKIE, VOTER_COOKIE, Newcomers
from wslearn.lessons.lesson_12.poll.pages import (
    COOKIE,
    STATUS,
    Address,
    admit,
    is_instructor,
    protected,
    token_given,
    told,
)
from wslearn.lessons.lesson_12.poll.pictures import join_link, qr_svg
from wslearn.lessons.lesson_12.poll.refusals import RefusedError, UnavailableError

from . import class_views
from .asked import case_of, of_a_case
from .live_room import LiveRoom

HERE = Path(__file__).parent
POLL = Path(poll.__file__).parent

Await = Callable[[Coroutine[Any, Any, Any]], Any]
"""Has the event loop do something, and waits for it on a thread of the pages."""


def create_class_app(
    room: LiveRoom, join_address: Address, notebook_address: Address, wait_for: Await
) -> Flask:
    """The pages of a class; the addresses are where students go, and what ``ws.join`` takes."""
    app = Flask(__name__, static_folder=POLL / "static")
    app.jinja_loader = ChoiceLoader(  # type: ignore[assignment]
        [FileSystemLoader(HERE / "templates"), FileSystemLoader(POLL / "templates")]
    )
    protected(app)

    @app.get("/live/<name>")
    def live(name: str) -> ResponseReturnValue:
        return send(HERE / "pages", name)

    @app.get("/case/<number>")
    def case(number: str) -> ResponseReturnValue:
        # The same for everyone and without an answer in it, so it needs no name.
        found = case_of(f"case {number}")
        return jsonify(_scene(found.number)) if found else abort(404)

    _add_student_pages(app, room, wait_for)
    _add_desk_pages(app, room, join_address, notebook_address)
    return app


@cache
def _scene(number: str) -> dict[str, Any]:
    """A case as rows; a whole class asks for the same one at the same time."""
    found = open_case(number)
    return as_scene(found, of_a_case(found).options)


def _add_student_pages(app: Flask, room: LiveRoom, wait_for: Await) -> None:
    newcomers = Newcomers()

    def join_page(code: str, name: str = "", refused: RefusedError | None = None) -> str:
        return render_template(
            "join.html", asks_code=bool(room.join_code), kept=room.ledger.kept,
            code=code, name=name, refused=refused,
        )  # fmt: skip

    def enter() -> tuple[str, Any]:
        admit(room, newcomers, request.remote_addr or "", request.form.get("code", ""))
        found: tuple[str, Any] = wait_for(room.join(request.form.get("name", "")))
        return found

    @app.get("/")
    def index() -> ResponseReturnValue:
        person = room.hour.people.get(token_given())
        if person is None:
            return join_page(request.args.get("code", ""))
        return render_template("student.html", name=person.name, number=person.number)

    @app.post("/login")
    def log_in() -> ResponseReturnValue:
        if room.name_of(token_given()) is not None:
            return redirect("./", 303)  # one browser, one name: pressed twice, or went back
        try:
            token, _ = enter()
        except UnavailableError:
            raise
        except RefusedError as refused:
            code, name = request.form.get("code", ""), request.form.get("name", "")
            return join_page(code, name, refused), STATUS.get(refused.code, 409)
        response = redirect("./", 303)
        response.set_cookie(VOTER_COOKIE, token, **COOKIE)
        return response

    @app.post("/join")
    def join() -> ResponseReturnValue:
        # The same for a notebook, which keeps the token itself.
        try:
            token, person = enter()
        except RefusedError as refused:
            return told(refused)
        return jsonify(token=token, name=person.name, number=person.number, kept=room.ledger.kept)

    @app.get("/as")
    def take_over() -> ResponseReturnValue:
        # A link from one's own notebook: the browser is the same person then, and has one vote.
        token = request.args.get("key", "")
        if room.name_of(token) is None:
            abort(404)
        response = redirect("./", 303)
        response.set_cookie(VOTER_COOKIE, token, **COOKIE)
        return response

    @app.post("/leave")
    def leave() -> ResponseReturnValue:
        wait_for(room.commit("leave", token=token_given()))
        response = redirect("./", 303)
        response.delete_cookie(VOTER_COOKIE, **COOKIE)
        return response

    @app.get("/session")
    def session() -> ResponseReturnValue:
        return jsonify(name=room.name_of(token_given()), instructor=is_instructor(room))


def _add_desk_pages(
    app: Flask, room: LiveRoom, join_address: Address, notebook_address: Address
) -> None:
    def only_the_instructor() -> None:
        if not is_instructor(room):
            abort(403)

    def download(text: str, name: str, mimetype: str) -> Response:
        kept = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, mimetype=mimetype, headers=kept)

    @app.get("/instructor")
    def instructor() -> ResponseReturnValue:
        key = request.args.get("key", "")
        if not room.is_instructor(key):
            abort(403)
        response = redirect("desk", 303)  # a projector then shows no key
        response.set_cookie(INSTRUCTOR_COOKIE, key, **COOKIE)
        return response

    @app.get("/desk")
    @app.get("/screen")
    def page() -> ResponseReturnValue:
        only_the_instructor()
        name = request.path.strip("/")
        address = join_address()
        host = address.partition("://")[2].strip("/")
        return render_template(
            f"{name}.html", join_code=room.join_code, address=address, host=host,
            in_notebook=notebook_address(),
        )  # fmt: skip

    @app.get("/join.svg")
    def join_svg() -> ResponseReturnValue:
        only_the_instructor()
        return Response(qr_svg(join_link(join_address(), room.join_code)), mimetype="image/svg+xml")

    @app.get("/results.csv")
    def results() -> ResponseReturnValue:
        only_the_instructor()
        return download(class_views.results_csv(room.hour), "results.csv", "text/csv")

    @app.get("/people.csv")
    def people() -> ResponseReturnValue:
        only_the_instructor()
        return download(class_views.people_csv(room.hour), "people.csv", "text/csv")

    @app.get("/results.svg")
    def picture() -> ResponseReturnValue:
        only_the_instructor()
        number = request.args.get("round", type=int) or len(room.hour.rounds)
        if not 1 <= number <= len(room.hour.rounds):
            abort(404)
        drawn = class_views.results_svg(room.hour.rounds[number - 1])
        return download(drawn, f"question-{number}.svg", "image/svg+xml")
