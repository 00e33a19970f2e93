"""The Flask application: log in, the poll, the instructor's page.

The pages hold no script and no style of their own: the Content-Security-Policy allows only this
server's files, so that a name that looks like a script could not run even if it became markup.
Addresses are relative, so that the poll also works below a path, behind a proxy.

``POST /message`` and ``POST /notify`` are the same vote and the same notice as through the
WebSocket, for programs that speak only HTTP::

    curl -b "wslearn_poll=..." -d round=1 -d candidate=Tea http://127.0.0.1:8080/message
"""

import mimetypes
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from .gate import INSTRUCTOR_COOKIE, VOTER_COOKIE, Newcomers
from .pictures import colours_css, join_link, qr_svg
from .refusals import RefusedError, UnavailableError, unknown, wait
from .speech import carry_out, checked_message, error_message, voted_message

mimetypes.add_type("text/javascript", ".js")  # Windows may say otherwise, and then no script runs

COOKIE: dict[str, Any] = {"httponly": True, "samesite": "Lax", "path": None}
"""Without a path a cookie belongs to where the page is (RFC 6265 §5.1.4): on a host that others
share, as on a hub, it is sent to nobody else."""

STATUS = {"login": 403, "code": 403, "role": 403, "wait": 429, "unavailable": 503}
"""The HTTP status of a refusal; 409 for all others."""

SENTENCES = {
    403: "This page is for the instructor: open the link printed in the terminal.",
    404: "There is no such page here.",
    405: "This address takes what a form sends.",
}


Address = Callable[[], str]
"""Where people go; asked for while a page is made, since a hub's own name is known only then."""


def create_app(room: Any, join_address: Address = str) -> Flask:
    """The pages of a room; ``join_address`` is where voters go, shown by the instructor's page.

    Host, Origin and the size of a form have been judged before a request comes here.
    """
    app = protected(Flask(__name__))
    add_voter_pages(app, room)
    add_instructor_pages(app, room, join_address)
    return app


def protected(app: Flask) -> Flask:
    """Give an application our headers, our sentences for what is not there, and our colours."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(_headers(request.host))
        return response

    @app.errorhandler(UnavailableError)
    def unavailable(problem: UnavailableError) -> ResponseReturnValue:
        return render_template("message.html", text=problem.text), 503

    @app.errorhandler(HTTPException)
    def http_error(problem: HTTPException) -> ResponseReturnValue:
        text = SENTENCES.get(problem.code or 0, problem.description or problem.name)
        return render_template("message.html", text=text), problem.code or 500

    @app.get("/colours.css")
    def colours() -> ResponseReturnValue:
        return Response(colours_css(), mimetype="text/css")

    return app


def add_voter_pages(app: Flask, room: Any) -> None:
    """Log in, the poll, leave; and a vote without a WebSocket."""
    newcomers = Newcomers()

    def login(code: str, name: str = "", refused: RefusedError | None = None) -> str:
        return render_template(
            "login.html", question=room.results().question, asks_code=bool(room.join_code),
            code=code, name=name, refused=refused,
        )  # fmt: skip

    @app.get("/")
    def index() -> ResponseReturnValue:
        name = room.name_of(token_given())
        if name is None:
            return login(request.args.get("code", ""))
        return render_template("poll.html", name=name)

    @app.post("/login")
    def log_in() -> ResponseReturnValue:
        code, name = request.form.get("code", ""), request.form.get("name", "")
        try:
            admit(room, newcomers, request.remote_addr or "", code)
            token = room.join(name)
        except RefusedError as refused:
            return login(code, name, refused), STATUS.get(refused.code, 409)
        room.leave(token_given())  # one browser, one name
        response = redirect("./", 303)
        response.set_cookie(VOTER_COOKIE, token, **COOKIE)
        return response

    @app.post("/leave")
    def leave() -> ResponseReturnValue:
        room.leave(token_given())
        response = redirect("./", 303)
        response.delete_cookie(VOTER_COOKIE, **COOKIE)
        return response

    @app.get("/session")
    def session() -> ResponseReturnValue:
        # For a page whose WebSocket was refused: a script is not told why.
        return jsonify(name=room.name_of(token_given()), instructor=is_instructor(room))

    @app.post("/message")
    def message() -> ResponseReturnValue:
        said = {**request.form, "type": "vote", "round": _number(request.form.get("round", ""))}
        try:
            if room.name_of(token_given()) is None:
                raise unknown()
            choice = carry_out(checked_message(said, "voter"), room, token_given())
        except RefusedError as refused:
            return told(refused)
        assert choice is not None
        return Response(voted_message(choice), mimetype="application/json")


def admit(room: Any, newcomers: Newcomers, address: str, code: str) -> None:
    """Let an address take one more name; raises :class:`RefusedError` that says what to do."""
    if seconds := newcomers.wait_to_guess(address):
        raise wait("There were too many wrong codes from your network.", seconds)
    if not room.admits(code):
        newcomers.guessed_wrong(address)
        raise RefusedError("code", "That is not the code of this room. It is shown at the front.")
    if seconds := newcomers.wait_to_join(address):
        raise wait("Many people are joining from your network just now.", seconds)


def add_instructor_pages(app: Flask, room: Any, join_address: Address) -> None:
    """The instructor's page, the picture on it, and a notice without a WebSocket."""

    @app.get("/instructor")
    def instructor() -> ResponseReturnValue:
        key = request.args.get("key")
        if key is not None and room.is_instructor(key):
            response = redirect("instructor", 303)  # a projector then shows no key
            response.set_cookie(INSTRUCTOR_COOKIE, key, **COOKIE)
            return response
        if key is not None or not is_instructor(room):
            abort(403)
        return render_template("instructor.html", join_code=room.join_code, address=join_address())

    @app.get("/join.svg")
    def join_svg() -> ResponseReturnValue:
        if not is_instructor(room):  # the picture holds the join code
            abort(403)
        return Response(qr_svg(join_link(join_address(), room.join_code)), mimetype="image/svg+xml")

    @app.post("/notify")
    def notify() -> ResponseReturnValue:
        try:
            if not is_instructor(room):
                raise RefusedError("role", "Expected the instructor.")
            room.notify(request.form.get("text", ""))
        except RefusedError as refused:
            return told(refused)
        return jsonify(type="sent")


def asked_under() -> str:
    """Scheme and host of the page that is asked for, as the browser has them."""
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme).partition(",")[0].strip()
    return f"{'https' if scheme == 'https' else 'http'}://{request.host}"


def token_given() -> str:
    """The voter's token in a request."""
    return request.cookies.get(VOTER_COOKIE, "")


def is_instructor(room: Any) -> bool:
    """Whether the request comes from somebody who has the instructor's link."""
    return bool(room.is_instructor(request.cookies.get(INSTRUCTOR_COOKIE, "")))


def _headers(host: str) -> dict[str, str]:
    sockets = f" ws://{host} wss://{host}" if host else ""  # older Safari: not part of 'self'
    return {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            f"connect-src 'self'{sockets}; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-cache" if request.path.startswith("/static/") else "no-store",
    }


def told(refused: RefusedError) -> ResponseReturnValue:
    """A refusal as data, for a page or a program."""
    status = STATUS.get(refused.code, 409)
    return Response(error_message(refused), status, mimetype="application/json")


def _number(text: str) -> object:
    return int(text) if text.isdecimal() and len(text) < 10 else text
