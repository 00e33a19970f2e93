"""``ws.join``: what a notebook tells a class, what it keeps to itself, and bad input."""

import time
from collections.abc import Iterator

import pytest

import wslearn as ws
from tests.support.peers import free_port
from wslearn.checking.happened import Event, listeners, tell
from wslearn.classroom.live import membership
from wslearn.classroom.live.asked import Asked
from wslearn.classroom.live.class_server import ClassServer
from wslearn.classroom.live.class_views import cause_of
from wslearn.classroom.live.ledger import Ledger
from wslearn.course import progress
from wslearn.course.exercises import of_lesson
from wslearn.course.question import LETTERS
from wslearn.labs.kit.lab import Lab
from wslearn.net.background import Background
from wslearn.protocol.errors import InputError, NetworkError

CODE = "K7MPQ2"


@pytest.fixture
def served() -> Iterator[ClassServer]:
    questions = (Asked("bytes", "300?", right=("01 2c",)),)
    with ClassServer(Ledger(), questions, join_code=CODE) as opened:
        yield opened


@pytest.fixture
def where(served, monkeypatch) -> Iterator[str]:
    monkeypatch.setattr(membership, "_now", None)
    monkeypatch.setattr(membership._Kept, "memory", {})
    progress.opened.cache_clear()
    yield f"127.0.0.1:{served.port}"
    if membership._now is not None:
        membership._now.stop()


def wait(fits):
    deadline = time.monotonic() + 15
    while not (found := fits()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def only_person(served):
    (person,) = served.room.hour.people.values()
    return person


def test_a_notebook_tells_what_is_tried_and_solved_and_the_courses_own_reply_alone(served, where):
    mine = ws.join(CODE, where, name="Ada")
    exercise = of_lesson("04")[0]
    means = exercise.wrong[0].means
    for _ in range(3):
        tell(Event("check", "04.1", "refused", means))
    tell(Event("check", "04.2", "refused", "You returned 'my own secret text'."))
    task = wait(lambda: (t := only_person(served).tasks.get("04.1")) and t.tries == 3 and t)
    assert (task.state, task.same, task.cause) == ("tried", 3, cause_of(means))
    task = wait(lambda: only_person(served).tasks.get("04.2"))
    assert task.cause == "", "a reply that the course does not know stays here, even as a hash"
    tell(Event("check", "04.1", "passed"))
    wait(lambda: only_person(served).tasks["04.1"].state == "solved")
    assert only_person(served).now == "04.1"
    assert f"You are number {only_person(served).number} in the class, as Ada." in repr(mine)


def test_a_cell_that_is_run_twice_and_a_restarted_kernel_are_the_same_person(served, where):
    first = ws.join(CODE, where, name="Ada")
    before = len(listeners)
    second = ws.join(CODE, where, name="Ada")
    assert len(listeners) == before
    second.stop()
    membership._now = None  # the kernel has restarted; the token is kept
    third = ws.join(CODE, where)
    wait(lambda: third.number)
    assert len(served.room.hour.people) == 1
    assert third.name == "Ada"
    assert first.page_url == third.page_url


def test_the_connection_comes_back_and_tells_everything_again(served, where):
    mine = ws.join(CODE, where)
    tell(Event("check", "04.1", "refused"))
    wait(lambda: "04.1" in only_person(served).tasks)
    hub = served.application.hub
    hub._loop.call_soon_threadsafe(lambda: [box.drop(1013, "test") for box in hub.boxes])
    wait(lambda: not mine._connected)
    tell(Event("check", "04.2", "refused"))
    wait(lambda: "04.2" in only_person(served).tasks)
    assert only_person(served).tasks["04.1"].tries == 1


def test_code_leaves_when_it_is_shown_and_not_before(served, where, monkeypatch):
    monkeypatch.setattr(membership, "_cell", lambda: "def my_answer(): ...")
    mine = ws.join(CODE, where)
    tell(Event("check", "04.1", "refused"))
    wait(lambda: "04.1" in only_person(served).tasks)
    assert "my_answer" not in repr(served.room.hour.as_json())
    mine.show_code()
    (shown,) = wait(lambda: served.room.hour.code)
    assert (shown["task"], shown["code"]) == ("04.1", "def my_answer(): ...")


def test_a_notebook_votes_and_sees_the_results(served, where):
    mine = ws.join(CODE, where)
    with pytest.raises(InputError, match="none is open"):
        mine.answer(b"\x01\x2c")
    loop = served._background
    loop.run(served.room.desk_says({"type": "ask", "which": "1"}))
    wait(lambda: mine.state.get("question"))
    assert "Asked: 300?" in repr(mine)
    mine.answer(b"\x01\x2c")
    wait(lambda: list(served.room.hour.round.votes[0].values()) == ["01 2c"])
    loop.run(served.room.desk_says({"type": "show"}))
    wait(lambda: mine.state["question"]["shown"])
    assert mine.results().rows == (("01 2c", 1, "✓"),)
    mine.answer("xyz")
    wait(lambda: mine.problem)


def test_what_the_instructor_says_is_text_and_a_lab_opens_when_it_is_accepted(served, where):
    mine = ws.join(CODE, where)
    loop = served._background
    loop.run(served.room.desk_says({"type": "notice", "text": "<b>Hi</b>"}))
    loop.run(served.room.desk_says({"type": "lab", "frame": "81 05 48 65 6c 6c 6f"}))
    wait(lambda: mine.state.get("lab"))
    mine._draw()
    assert "&lt;b&gt;Hi" in mine._said.value
    assert mine._place.children == (), "nothing opens by itself"
    mine._open_lab()
    (lab,) = mine._place.children
    assert lab.data == ws.Frame.text("Hello").encode()


def test_a_case_that_is_asked_opens_in_the_notebook_and_its_tally_comes_when_it_is_shown(
    served, where
):
    mine = ws.join(CODE, where)
    loop = served._background
    loop.run(served.room.desk_says({"type": "ask", "which": "case 07"}))
    question = wait(lambda: mine.state.get("question"))
    assert question["label"] == "case 07"
    assert "✓" not in str(question)
    mine._draw()
    assert 'Which bit made the server close? Open it: ws.case("07")' in repr(mine)
    assert mine._open.description == "Open the case"
    assert mine._open.layout.display != "none"
    assert mine._place.children == (), "nothing opens by itself"
    mine._open_lab()
    (lab,) = mine._place.children
    assert isinstance(lab, Lab)
    letter = LETTERS[question["options"].index("frame 6 MASK")]
    mine.answer(letter)
    wait(lambda: (mine.state.get("question") or {}).get("answered"))
    loop.run(served.room.desk_says({"type": "show"}))
    wait(lambda: mine.state["question"]["shown"])
    assert ("frame 6 MASK", 1, "✓") in mine.results().rows


def test_the_frames_of_a_notebook_pass_a_tap(served, where):
    background = Background("tap").start()
    tap = background.run(ws.tap(served.ws_url))
    try:
        mine = ws.join(CODE, where, through=tap.url)
        tell(Event("check", "04.1", "refused"))
        wait(lambda: "04.1" in only_person(served).tasks)
        sent = [frame.payload for frame in tap.journal.frames if frame.sender == "client"]
        assert any(b'"progress"' in payload for payload in sent)
        mine.stop()
    finally:
        background.run(tap.close())
        background.stop()


def test_leaving_and_being_removed_are_reported(served, where):
    mine = ws.join(CODE, where)
    mine.leave()
    wait(lambda: mine.ended)
    assert repr(mine) == "You have left the class."
    assert served.room.hour.people == {}
    again = ws.join(CODE, where)
    number = str(wait(lambda: again.number))
    served._background.run(served.room.desk_says({"type": "remove", "numbers": [number]}))
    wait(lambda: again.ended)


def test_bad_input_gets_one_sentence(served, where, monkeypatch):
    with pytest.raises(InputError, match="not the code of this room"):
        ws.join("WRONG2", where)
    ws.join(CODE, where, name="Ada").stop()
    membership._Kept.memory.clear()
    with pytest.raises(InputError, match="already called ADA"):
        ws.join(CODE, where, name="ADA")
    for address in ("http://[", "ftp://x", "a:b:c", "://"):
        with pytest.raises(InputError, match=r"Expected an address such as 192\.168\.1\.20:8080"):
            ws.join(CODE, address)
    port = free_port()
    with pytest.raises(NetworkError, match=f"Expected a class at 127.0.0.1:{port}, got none"):
        ws.join(CODE, f"127.0.0.1:{port}")
    monkeypatch.setenv(membership.WHERE, where)
    ws.join(CODE, name="By the hub's address")


def test_a_token_is_kept_in_a_file_that_only_its_owner_reads(tmp_path, monkeypatch):
    monkeypatch.setenv("WSLEARN_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setattr(membership._Kept, "memory", {})
    membership._Kept().put("http://127.0.0.1:1/", "secret")
    path = tmp_path / membership.FILE
    assert path.stat().st_mode & 0o077 == 0
    membership._Kept.memory.clear()
    assert membership._Kept().get("http://127.0.0.1:1/") == "secret"
    path.write_text("half a fi")
    assert membership._Kept().get("http://127.0.0.1:1/") == ""


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("192.168.1.20", "http://192.168.1.20:8080/"),
        ("https://hub.example/services/class", "https://hub.example:443/services/class/"),
        ("http://class.example/room/", "http://class.example:80/room/"),
    ],
)
def test_an_address_may_be_a_proxys(typed, url):
    assert membership._address(typed) == url


def test_on_a_hub_the_hubs_address_of_the_class_is_this_machine(monkeypatch):
    typed = "https://hub.example/hub/user-redirect/proxy/8080/"
    assert membership._address(typed).startswith("https://hub.example:443/")
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setenv("JUPYTERHUB_SERVER_NAME", "")
    assert membership._address(typed) == "http://127.0.0.1:8080/"
    mine = membership.Membership("http://127.0.0.1:8080/", "token", "", 1)
    assert mine.page_url == "/user/ada/proxy/8080/as?key=token"
    mine = membership.Membership("https://hub.example:443/services/class/", "token", "", 1)
    assert mine.page_url == "https://hub.example:443/services/class/as?key=token"
    assert mine.ws_url == "wss://hub.example:443/services/class/ws"
