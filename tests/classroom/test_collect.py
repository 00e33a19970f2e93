"""Students' notebooks are judged again by the shipped checkers, out of the answers' reach."""

import base64
import io
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from wslearn.checking import cells
from wslearn.checking.exercise import Raised, sealed
from wslearn.checking.values import Strange, same
from wslearn.classroom.collect import judge_process, judges, lent, processes, report
from wslearn.classroom.collect.attempts import MOST_ATTEMPTS, attempts, not_found
from wslearn.classroom.collect.births import Births, Usage
from wslearn.classroom.collect.collector import MEMORY, MOST_OF_A_NOTEBOOK, collect
from wslearn.classroom.collect.folder import left_over, students
from wslearn.classroom.collect.judgements import Collected, Result
from wslearn.classroom.collect.judges import Judges
from wslearn.classroom.collect.kept_verdicts import Kept, fingerprint
from wslearn.classroom.collect.notebook_file import LARGEST, code_cells
from wslearn.classroom.collect.remote import AnswerError, Worker
from wslearn.classroom.collect.verdicts import Judgement
from wslearn.classroom.collect.wire import pack, unpack
from wslearn.course import answers
from wslearn.course.exercises import LESSONS, every_exercise, find, of_lesson

HELPED = """
def in_turn(key, i):
    return key[i % STEP]
"""
RIGHT = """
def mask_bytes(data, key):
    return bytes(byte ^ in_turn(key, i) for i, byte in enumerate(data))
ws.check("05.2", mask_bytes)
"""


def write(path, *sources, outputs=()):
    path.parent.mkdir(parents=True, exist_ok=True)
    code = [new_code_cell("import wslearn as ws"), *map(new_code_cell, sources)]
    for cell in code:
        cell.outputs = list(outputs)
    nbformat.write(new_notebook(cells=code), path)


def judge(folder, *sources, outputs=(), **limits):
    """The result of one notebook with these cells: outcomes by exercise, and the remarks."""
    write(folder / "ada.ipynb", *sources, outputs=outputs)
    (one,) = collect(students(folder), **limits)
    return one


def outcome(folder, *sources, **limits):
    (result,) = judge(folder, *sources, **limits).results.values()
    return result


HANDED = {}
"""By student, what is judged in one run for many tests: cells and outputs, or a file's bytes."""


def handed(*sources, outputs=()):
    """Add a notebook with these cells, or a file that is one ``bytes``, to what is judged."""
    student = f"student {len(HANDED)}"
    HANDED[student] = sources[0] if isinstance(sources[0], bytes) else (sources, outputs)
    return student


def only(collected):
    (result,) = collected.results.values()
    return result


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """The outcome of each, by student, from one run: as in a class, answers share judges."""
    folder = tmp_path_factory.mktemp("class")
    for student, what in HANDED.items():
        path = folder / f"{student}.ipynb"
        if isinstance(what, bytes):
            path.write_bytes(what)
        else:
            write(path, *what[0], outputs=what[1])
    found = {one.student: one for one in collect(students(folder))}
    assert sorted(path.stem for path in folder.iterdir()) == sorted(HANDED)
    return found


# -- the answers of a notebook ----------------------------------------------------------------


def program(*sources):
    (attempt,) = attempts(list(sources))
    return attempt.program


def test_an_answer_takes_its_helpers_and_constants_along_and_nothing_else():
    found = program("import wslearn as ws", "STEP = 4", "lab = ws.MaskLab()\nlab", HELPED, RIGHT)
    assert found.startswith("STEP = 4\ndef in_turn")
    assert "MaskLab" not in found
    assert "check" not in found


def test_a_value_that_is_filled_step_by_step_is_taken_whole():
    found = program(
        "table = {}\ntable['a'] = 1\ntable.update(b=2)\nother = {}\nother['c'] = 3",
        "def bits(byte):\n    return table['a']\nws.check('01.1', bits)",
    )
    assert found.splitlines()[:3] == ["table = {}", "table['a'] = 1", "table.update(b=2)"]
    assert "other" not in found


def test_of_two_definitions_the_last_one_before_the_check_counts():
    found = program(
        "def bits(byte):\n    return 1",
        "def bits(byte):\n    return 2\nws.check('01.1', bits)",
        "def bits(byte):\n    return 3",
    )
    assert "return 2" in found
    assert "return 1" not in found
    assert "return 3" not in found


def test_a_definition_below_its_check_is_found_too():
    assert "return 1" in program("ws.check('01.1', bits)", "def bits(byte):\n    return 1")


def test_lines_of_ipython_do_not_hide_an_answer():
    cell = (
        "%matplotlib inline\n!ls\nws.mask?\ndef bits(byte):\n    return 1\nws.check('01.1', bits)"
    )
    assert "return 1" in program(cell)


def test_names_that_a_comprehension_or_a_lambda_needs_are_found():
    found = program(
        "N = 8\nM = 1\n[print(i) for i in range(3)]",
        "PLACES = [i for i in range(N)]\nbits = lambda byte: PLACES[M]\nws.check(1.1, bits)",
    )
    assert "N = 8" in found
    assert "M = 1" in found
    assert "print" not in found


def test_await_outside_of_a_function_is_allowed():
    cell = "await later\nthen = await now\ndef bits(b):\n    return then\nws.check('01.1', bits)"
    assert "then = await now" in program(cell)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_untouched_starter_of_every_exercise_is_seen_to_be_empty(lesson):
    for exercise in of_lesson(lesson):
        (attempt,) = attempts([cells.starter(exercise)])
        assert (attempt.exercise, attempt.fault) == (exercise.id, "")
        assert attempt.empty or exercise.through is not None  # a class is tried


def test_of_many_checks_of_one_exercise_only_the_last_ones_are_judged():
    found = attempts(["def bits(b):\n    return b\n" + "ws.check('01.1', bits)\n" * 50])
    assert len(found) == MOST_ATTEMPTS


def test_other_calls_of_something_named_check_are_no_answers():
    assert attempts(["ws.check()\ncheck('x', 1)\nws.check('99.9', f)\nchecker('01.1', f)"]) == []


# -- values between the processes ---------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_argument_and_every_result_of_the_course_comes_through_unchanged(lesson):
    for exercise in of_lesson(lesson):
        for value in [case.arguments for case in exercise.cases]:
            assert same(unpack(json.loads(json.dumps(pack(value)))), value)
        for value in sealed(exercise).expected:
            if not isinstance(value, Raised):
                assert same(unpack(json.loads(json.dumps(pack(value)))), value)


@pytest.mark.parametrize("value", [2**80, -(2**70), "\ud800", True, b"", (), [[()]], "é"])
def test_odd_values_come_through_unchanged(value):
    assert same(unpack(json.loads(json.dumps(pack(value)))), value)


def test_of_a_foreign_object_only_the_name_of_its_type_comes_through():
    assert type(unpack(pack(Strange("Payload")))).__name__ == "Payload"


@pytest.mark.parametrize(
    "packed",
    [{}, [], 1.5, ["bytes", 3], ["bytes", "x"], ["code", "1"], ["int"], ["object", None, 1]],
)
def test_what_is_no_packed_value_is_refused(packed):
    with pytest.raises(ValueError, match=r"expected|non-hex|fromhex"):
        unpack(packed)


def test_values_inside_one_another_without_end_are_refused():
    packed = ["list"]
    for _ in range(100):
        packed = ["list", packed]
    with pytest.raises(ValueError, match="expected"):
        unpack(packed)


# -- what people really hand in -----------------------------------------------------------------

HANDED_IN = json.loads(Path(__file__).with_name("handed_in.json").read_text(encoding="utf-8"))
"""Folders as students hand them in, after public reports; ``right`` is the outcome, or what the
line has to say."""


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """The results of the folders, by name; all judged in one run."""
    place = tmp_path_factory.mktemp("handed-in")
    for name, case in HANDED_IN.items():
        (place / name).mkdir()
        for file, content in case["files"].items():
            data = base64.b64decode(content["base64"]) if isinstance(content, dict) else content
            (place / name / file).write_bytes(data if isinstance(data, bytes) else data.encode())
    return {one.student: one for one in collect(students(place))}


@pytest.mark.parametrize("name", HANDED_IN)
def test_what_a_student_handed_in_is_judged_or_gets_a_line(handed_in, name):
    right = HANDED_IN[name]["right"]
    one = handed_in[name]
    if right in ("solved", "error"):
        assert [result.outcome for result in one.results.values()] == [right]
        assert one.unreadable == []
    else:
        assert one.results == {}
        (line,) = one.unreadable
        assert right in line


def found_in(*sources):
    """The expressions that a notebook hands in, by exercise."""
    return [(one.exercise, one.expression or one.fault) for one in attempts(list(sources))]


@pytest.mark.parametrize(
    "check",
    [
        "%time ws.check('01.1', bits)",
        "%timeit -n 1 -r1 ws.check('01.1', bits)",
        "said = %time ws.check('01.1', bits)",
        "%%time\nws.check('01.1', bits)",
        "%%capture said\nws.check('01.1', bits)",
        "look = ws.check\nlook('01.1', bits)",
        "from wslearn import check as look, hint\nlook('01.1', bits)",
        "def judge(name, mine):\n    return ws.check(name, mine)\njudge('01.1', bits)",
        "judge = lambda name, mine: ws.check(name, mine)\njudge('01.1', bits)",
        "for name, mine in [('01.1', bits)]:\n    ws.check(name, mine)",
        "for name, mine in {'01.1': bits}.items():\n    ws.check(name, mine)",
        "MINE = {'01.1': bits}\nfor name in MINE:\n    ws.check(name, MINE[name])",
        "MINE = [('01.1', bits)]\n[ws.check(*one) for one in MINE]",
        "for name, mine in zip(['01.1'], [bits]):\n    print(ws.check(name, mine))",
        "if ws.check('01.1', bits):\n    print('Ready?')",
        "assert ws.check('01.1', answer=bits).passed, 'why?'",
        "grader.check('01.1')",
        ">>> ws.check('01.1', bits)",
        "In [3]: ws.check('01.1', bits)",
        "    ws.check('01.1', bits)",
        "ws.check('01.1', bits)\r!ls\rws.hint('01.1')",
    ],
)
def test_a_check_is_found_however_it_is_written(check):
    found = found_in("def bits(byte):\n    return 1", check)
    assert found == [("01.1", "bits")]


def test_a_line_of_ipython_is_one_only_where_jupyter_takes_it_for_one():
    cell = (
        'TEXT = """\n!x\n%y\nz?\n"""\n%cd /\nfiles = !ls\n!a \\\n  b\n'
        "def bits(byte):\n    return (byte\n    % 2), TEXT, files  # why?\nws.check('01.1', bits)"
    )
    lines = program(cell).splitlines()
    assert lines[0] == "TEXT = '\\n!x\\n%y\\nz?\\n'"
    assert lines[1] == "files = None"
    assert lines[-1] == "    return (byte % 2, TEXT, files)"


def test_nbgraders_marks_find_an_answer_whose_check_was_deleted(tmp_path):
    cell = new_code_cell("def bits(byte):\n    return format(byte, '08b')")
    cell.metadata["nbgrader"] = {"grade_id": "task-01-1", "solution": True, "grade": False}
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "ada.ipynb")
    assert found_in(*code_cells(tmp_path / "ada.ipynb")) == [("01.1", "bits")]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("# ws.check('01.1', bits)", "01.1 is checked only in a comment, a text or a shell cell"),
        (
            "%%bash\nws.check('01.1', bits)",
            "01.1 is checked only in a comment, a text or a shell cell",
        ),
        ("print('Hello')", 'expected a line such as ws.check("01.1", bits), got none'),
        ("ws.check('77.1', bits)", "got none that names an exercise of the course."),
        ("ws.check(input(), bits)", "got none that names an exercise of the course."),
        ("def f(:", "1 of its 1 code cells are not Python."),
        ("x = '\0'", "1 of its 1 code cells are not Python."),
    ],
)
def test_a_notebook_in_which_no_exercise_is_found_says_why(cell, said):
    (line,) = not_found([cell], attempts([cell]))
    assert said in line


def test_a_definition_in_a_cell_that_is_no_python_is_named():
    found = found_in("def bits(byte)\n    return 1", "ws.check('01.1', bits)")
    assert found == [
        ("01.1", "The cell that defines `bits` is not Python: expected ':' in line 1 of the cell.")
    ]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "got an empty folder"),
        (["notes.txt", "x.docx"], "notes.txt: Expected a notebook (.ipynb), got .txt."),
        (["README"], "README: Expected a notebook (.ipynb), got no ending."),
        (["05.ipynb", "rest.zip"], "rest.zip: Expected a notebook (.ipynb), got a packed file."),
        (["05.ipynb", "06.ipynb.json"], "Rename it to 06.ipynb."),
        (["05.ipynb", "06.ipynb (1)"], "Rename it to 06.ipynb."),
    ],
)
def test_what_a_folder_holds_instead_of_notebooks_is_named(tmp_path, files, said):
    (tmp_path / "ada").mkdir()
    for file in files:
        (tmp_path / "ada" / file).write_text("")
    (ada,) = students(tmp_path)
    assert said in ada.unread[0]


def test_nothing_beside_the_students_is_passed_over(tmp_path):
    for name in ("ada.ipynb.txt", "grace.zip", "roster.csv", ".DS_Store", "._joan.ipynb"):
        (tmp_path / name).write_text("")
    (tmp_path / "joan").mkdir()
    (tmp_path / "mary").symlink_to(tmp_path / "joan", target_is_directory=True)
    found = {one.name: one.unread for one in students(tmp_path)}
    assert set(found) == {"ada", "grace", "joan", "mary"}
    assert all(found.values())
    assert "link to another folder" in found["mary"][0]
    assert left_over(tmp_path) == ["roster.csv"]


def test_notebooks_beyond_those_that_are_read_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("wslearn.classroom.collect.folder.MOST_NOTEBOOKS", 1)
    for name in ("a", "b"):
        write(tmp_path / "ada" / f"{name}.ipynb")
    assert students(tmp_path)[0].unread == ("Of 2 notebooks, only the first 1 were read.",)


# -- judging -------------------------------------------------------------------------------------


def test_right_answers_are_solved_and_untouched_ones_are_not(tmp_path):
    lesson = of_lesson("05")
    write(tmp_path / "ada.ipynb", *(cells.solved(one) for one in lesson))
    write(tmp_path / "grace.ipynb", *(cells.starter(one) for one in lesson))
    ada, grace = collect(students(tmp_path))
    assert [one.outcome for one in ada.results.values()] == ["solved"] * len(lesson)
    assert [one.outcome for one in grace.results.values()] == ["not solved"] * len(lesson)
    assert (ada.solved, grace.solved) == (len(lesson), 0)


VALUE = handed(cells.solved(find("00.1")))


def test_a_value_is_judged_like_a_function(judged):
    assert only(judged[VALUE]).outcome == "solved"


def test_an_answer_that_is_a_class_is_judged_by_what_its_objects_do(tmp_path):
    write(tmp_path / "ada.ipynb", cells.solved(find("09.6")))
    write(tmp_path / "grace.ipynb", cells.starter(find("09.6")))
    wrong = cells.solved(find("09.6")).replace("self.done = True", "self.done = False")
    write(tmp_path / "joan.ipynb", wrong)
    outcomes = [one.results["09.6"].outcome for one in collect(students(tmp_path))]
    assert outcomes == ["solved", "not solved", "wrong"]


USUAL = handed(
    "def mask_byte(byte, index, key):\n    return byte ^ key[0]\nws.check('05.1', mask_byte)"
)


def test_a_wrong_answer_is_told_what_it_usually_means(judged):
    result = only(judged[USUAL])
    assert result.outcome == "wrong"
    assert result.means in {wrong.means for wrong in find("05.1").wrong}
    assert "key[index % 4]" in result.means


SEVERAL = handed(
    cells.solved(find("01.1")), "def bits(byte):\n    return byte\nws.check('01.1', bits)"
)


def test_the_best_of_several_answers_counts(judged):
    assert only(judged[SEVERAL]).outcome == "solved"


def test_an_endless_loop_is_stopped_and_the_next_answer_is_judged(tmp_path):
    endless = "def bits(byte):\n    while True: pass\nws.check('01.1', bits)"
    deaf = "def bit(a, b):\n    import time\n    time.sleep(60)\nws.check('01.2', bit)"
    one = judge(tmp_path, endless, deaf, cells.solved(find("01.3")), seconds=0.3)
    assert [r.outcome for r in one.results.values()] == ["stopped", "stopped", "solved"]


def test_lines_that_do_not_end_before_the_answer_is_there_are_stopped(tmp_path):
    lines = "import time\nslept = time.sleep(60)\n"
    begun = time.monotonic()
    result = outcome(tmp_path, lines + "def bits(b):\n    return slept\nws.check('01.1', bits)")
    assert result.outcome == "stopped"
    assert "did not end within 2 seconds" in result.because
    assert "waited for the rest" in result.means
    assert time.monotonic() - begun < 60


BITS = "def bits(byte):\n    {}\n    return format(byte, '08b')\nws.check('01.1', bits)"


@pytest.mark.parametrize(
    ("student", "said"),
    [
        (handed(BITS.format(body)), said)
        for body, said in {
            "import os; os._exit(0)": "Its process ended",
            "raise KeyError(byte)": "it raised KeyError",
            "raise SystemExit": "it raised SystemExit",
            "return nowhere": "it raised NameError",
            "import subprocess; subprocess.run(['true'])": "without another process",
            "open('/tmp/' + 'wslearn-was-here', 'w')": "only in their own folder",
            "import os; os.remove(__import__('sys').executable)": "only in their own folder",
        }.items()
    ],
)
def test_an_answer_that_fails_or_leaves_is_an_error_that_says_so(judged, student, said):
    result = only(judged[student])
    assert result.outcome == "error"
    assert said in result.because
    assert "remote" not in result.because


def test_an_answer_may_write_a_file_in_its_own_folder_which_is_thrown_away(tmp_path):
    body = "open('note', 'w').write('x'); return format(byte, '08b')"
    assert (
        outcome(
            tmp_path, f"def bits(byte):\n    {body}\nws.check('01.1', bits)", seconds=20
        ).outcome
        == "solved"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["ada.ipynb"]


def test_memory_is_limited_where_the_system_can(tmp_path):
    one = judge(tmp_path, "def bits(byte):\n    return bytes(3 << 30)\nws.check('01.1', bits)")
    if not one.guards["memory"]:
        pytest.skip("this system does not limit memory")
    (result,) = one.results.values()
    assert "MemoryError" in result.because


def test_an_answer_reaches_no_server_even_on_this_machine(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        body = f"import socket; socket.create_connection(('127.0.0.1', {port}))"
        result = outcome(tmp_path, f"def bits(byte):\n    {body}\nws.check('01.1', bits)")
        assert result.outcome == "error"
        with pytest.raises(BlockingIOError):
            server.accept()


CHANGING = cells.solved(find("06.2")).replace(
    "    return messages", "    frames.clear()\n    return messages"
)
CHANGES = handed(CHANGING)


def test_an_answer_that_changes_what_it_was_given_is_noticed(judged):
    assert "frames.clear()" in CHANGING
    result = only(judged[CHANGES])
    assert "changed what it was given" in result.because


# -- cheating ------------------------------------------------------------------------------------

FORGED = """
class Passed:
    outcome = "passed"
    passed = True
    def __bool__(self): return True
    def __repr__(self): return "✓ 05.2 Mask a payload: passed."
"""


IT_SAYS = new_output("stream", text="✓ 05.2 Mask a payload: passed.")
WRONG = "def mask_bytes(data, key):\n    return data\nws.check('05.2', mask_bytes)"


@pytest.mark.parametrize(
    "student",
    [
        handed(tampering, WRONG, outputs=[IT_SAYS])
        for tampering in (
            FORGED + "ws.check = lambda *a, **k: Passed()",
            FORGED + "class ws:\n    check = staticmethod(lambda *a: Passed())",
            FORGED
            + "import wslearn.checking.checker as c\nc.judge = c.check = lambda *a: Passed()",
            "import wslearn.checking.values as v\nv.same = lambda a, b: True",
            "import builtins\nbuiltins.all = lambda a: True",
            "import sys\nsys.modules['wslearn'] = ws = object()",
        )
    ],
)
def test_a_notebook_that_replaces_the_checker_gains_nothing(judged, student):
    assert judged[student].results["05.2"].outcome == "wrong"


@pytest.mark.parametrize(
    "student",
    [
        handed(f"def mask_bytes(data, key):\n    {body}\nws.check('05.2', mask_bytes)")
        for body in (
            # replaces whatever compares, wherever it is
            "import sys\n    for m in list(sys.modules.values()):\n"
            "        if hasattr(m, 'same'): m.same = lambda a, b: True\n    return b''",
            # a value that claims to equal all others
            "return type('Yes', (bytes,), {'__eq__': lambda a, b: True})(b'')",
            # a verdict written into every pipe there is
            "import os, json\n    line = json.dumps({'exercise': '05.2', 'outcome': 'passed'"
            ", 'because': '', 'means': '', 'guards': {}, 'word': ''}).encode() + b'\\n'\n"
            "    for fd in range(3, 40):\n        try: os.write(fd, line)\n"
            "        except OSError: pass\n    return b''",
            # the judge's own pipe, through the system's list of processes
            "import os\n    try: os.open(f'/proc/{os.getppid()}/fd/1', os.O_WRONLY)\n"
            "    except OSError: return b''",
            # the expected results, out of the memory of this process
            "import gc\n    found = [o for o in gc.get_objects() if type(o).__name__ == 'Sealed']\n"
            "    return found[0].expected[0] if found else b''",
        )
    ],
)
def test_an_answer_that_reaches_for_the_verdict_gains_nothing(judged, student):
    assert only(judged[student]).outcome in ("wrong", "error")


OURS = handed("ws.check('05.2', ws.mask)")


def test_a_function_of_the_package_is_no_answer(judged):
    assert "This is a function of wslearn" in only(judged[OURS]).because


def reaching(exercise, reach):
    """An answer that passes off the course's own solution of an exercise as its own."""
    known = find(exercise)
    reach = reach.format(exercise, exercise[:2], known.name)
    lends = "".join(f"{line}\n" for line in known.setup if "import" in line)
    lends += "def run(text):\n    space = {}\n    exec(text, space)\n    return space\n"
    mine = f"def mine(*given):\n    return ({reach})(*given)"
    if known.asks_for_a_value:
        mine = f"mine = {reach}"
    return f"{lends}{mine}\nws.check('{exercise}', mine)"


@pytest.mark.parametrize(
    "student",
    [
        handed(reaching(exercise, reach))
        for exercise in ("00.1", "04.2", "09.2", "09.6")
        for reach in (
            "__import__('wslearn.course.exercises', fromlist=['find']).find({0!r}).reference",
            "run(__import__('wslearn').solution({0!r}).source)[{2!r}]",
            "open(__import__('wslearn').__file__[:-11] + 'lessons/lesson_{1}/solutions.py').read()",
            "__import__('wslearn.lessons.lesson_{1}.solutions', fromlist=['x']).{2}",
        )
    ],
)
def test_the_courses_own_solution_of_an_exercise_is_no_answer_to_it(judged, student):
    result = only(judged[student])
    assert result.outcome == "error"
    assert re.search("without the course's own solutions|could not get source", result.because)


def test_every_solution_is_solved_behind_the_fence(tmp_path):
    for lesson in LESSONS:
        write(tmp_path / "ada" / f"{lesson}.ipynb", *map(cells.solved, of_lesson(lesson)))
    (ada,) = collect(students(tmp_path))
    assert {name for name, one in ada.results.items() if one.outcome != "solved"} == set()
    assert len(ada.results) == len(every_exercise())


# -- an answer is alone ----------------------------------------------------------------------------

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="a filter of Linux's")


@ON_LINUX
@pytest.mark.parametrize(
    "student",
    [
        handed(BITS.format(trick), cells.solved(find("01.2")))
        for trick in (
            # around Python's audit hooks
            "import signal, os; signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 9)",
            "import _posixsubprocess as p, os; r, w = os.pipe(); p.fork_exec([b'/bin/true'], "
            "[b'/bin/true'], True, (), None, None, -1, -1, -1, -1, -1, -1, r, w, False, False, -1, "
            "None, None, None, -1, None, True)",
            "import resource, os; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))",
        )
    ],
)
def test_an_answer_reaches_no_other_process_by_a_trick_either(judged, student):
    one = judged[student]
    assert one.guards["processes"]
    assert one.results["01.1"].outcome == "error"
    assert "Operation not permitted" in one.results["01.1"].because
    assert one.results["01.2"].outcome == "solved"
    assert one.remarks == []


def test_whatever_is_left_behind_is_ended(tmp_path):
    """Without the system call filter: a process that left its parent and its session."""
    program = """
import os, sys, time
from wslearn.classroom.collect import fence, nursery
fence.adopt_orphans()
read, write = os.pipe()
if not os.fork():
    os.setsid()
    if not os.fork():
        os.write(write, b"%d" % os.getpid())
        time.sleep(600)
    os._exit(0)
daemon = int(os.read(read, 20))
nursery.end_all()
try:
    os.kill(daemon, 0)
    print("alive")
except ProcessLookupError:
    print("gone")
"""
    if sys.platform != "linux":
        pytest.skip("only Linux hands orphans to another process")
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout == "gone\n"


@pytest.mark.parametrize("exercise", ["01.1", "09.6"])
def test_where_no_process_can_be_copied_each_answer_has_a_python_of_its_own(
    tmp_path, monkeypatch, exercise
):
    monkeypatch.delattr(os, "fork", raising=False)
    (attempt,) = attempts([cells.solved(find(exercise))])
    lends = lent.lends(of_lesson(exercise[:2]))
    limits = {"folder": str(tmp_path), "exercise": exercise, "lends": lends}
    worker = Worker(Births(str(tmp_path)), {**limits, "seconds": 10.0, "memory": MEMORY})
    try:
        assert answers.judge(exercise, worker.load(attempt), 10.0).passed
    finally:
        worker.end()


def test_an_answer_whose_judge_is_killed_is_judged_again_alone_and_a_remark_says_so(
    tmp_path, monkeypatch
):
    started = []

    def python(*arguments, **named):
        started.append(processes.python(*arguments, **named))
        return started[-1]

    monkeypatch.setattr(judges, "python", python)
    write(tmp_path / "ada.ipynb")  # done at once
    write(tmp_path / "grace.ipynb", BITS.format("import time; time.sleep(byte == 0)"))

    def shoot(done, of, name):
        if name == "ada.ipynb":
            for judge in started:
                judge.kill()

    _, grace = collect(students(tmp_path), seconds=20, at_once=2, progress=shoot)
    assert grace.results["01.1"].outcome == "solved"
    assert "judged again, alone" in grace.remarks[0]


def test_an_answer_whose_judge_is_killed_twice_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(Judges, "ask", lambda self, task: judged_and_killed(task))

    def judged_and_killed(task):
        found = attempts([cells.solved(find("01.1"))])
        if "read" in task:
            return {"attempts": [asdict(one) for one in found], "remarks": []}
        return {"outcome": "raised", "because": "", "means": "", "guards": {}, "doubt": "x"}

    write(tmp_path / "ada.ipynb")
    (ada,) = collect(students(tmp_path))
    assert "ended twice, the second time while nothing else" in ada.results["01.1"].because


@pytest.mark.parametrize(("outcome", "solved"), [("passed", 1), ("stopped", 0)])
def test_an_answer_starved_of_processor_time_is_judged_again(
    tmp_path, monkeypatch, outcome, solved
):
    verdicts = [("stopped", "had little of the processor"), (outcome, "")]

    def busy(self, task):
        if "read" in task:
            (found,) = attempts([cells.solved(find("01.1"))])
            return {"attempts": [asdict(found)], "remarks": []}
        said, doubt = verdicts.pop(0)
        return {"outcome": said, "because": "", "means": "", "guards": {}, "doubt": doubt}

    monkeypatch.setattr(Judges, "ask", busy)
    write(tmp_path / "ada.ipynb")
    (ada,) = collect(students(tmp_path))
    assert verdicts == []
    assert ada.solved == solved
    assert len(ada.remarks) == solved


def test_a_folder_has_a_quota(tmp_path):
    fill = "[open(str(i), 'w').write('x' * 2**20) for i in range(1000)]"
    assert "may write 16 files at most" in outcome(tmp_path, BITS.format(fill)).because
    big = "byte == 15 and open('one', 'w').write('x' * 2**21)"
    assert "File too large" in outcome(tmp_path, BITS.format(big)).because
    away = "open('a', 'w'); import os; os.rename('a', '../a')"
    assert "only in their own folder" in outcome(tmp_path, BITS.format(away)).because


def test_a_notebook_has_a_bound_as_a_whole(tmp_path):
    def asleep(exercise, number):
        function = f"def {exercise.name}(*given):\n    import time\n    time.sleep(9 + {number})"
        return f"{function}\nws.check('{exercise.id}', {exercise.name})"

    slow = [one for one in every_exercise() if not one.asks_for_a_value and not one.through]
    assert len(slow) > MOST_OF_A_NOTEBOOK + 10
    one = judge(tmp_path, *(asleep(exercise, n) for n, exercise in enumerate(slow)), seconds=0.1)
    assert {result.outcome for result in one.results.values()} == {"stopped"}
    assert "is all that one notebook is given" in one.results[slow[-1].id].because
    assert "did not come back within 0.1 seconds" in one.results[slow[0].id].because


@pytest.mark.parametrize(
    ("body", "seconds", "said"),
    [
        ("while True: pass", 1, "A loop that never ends"),
        ("import time; time.sleep(99)", 1, "and waited for the rest: a sleep"),
        # A busy machine takes a while to hand out this much memory.
        ("import time; a = b'x' * (400 << 20)\n    while a: pass", 4, "something in it grows"),
    ],
)
def test_the_reason_why_an_answer_was_stopped_is_the_true_one(tmp_path, body, seconds, said):
    result = outcome(tmp_path, BITS.format(body), seconds=seconds)
    assert result.outcome == "stopped"
    assert said in result.means


def test_an_answer_that_others_kept_from_computing_was_not_asleep():
    limits = {"seconds": 1.0, "memory": 2**30}
    assert "waited for the rest" in judge_process._stopped(Usage(0.1, 2**20), limits)
    assert judge_process._stopped(Usage(0.1, 2**20, queued=0.7), limits) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)
KINDS = st.sampled_from(["tuple", "list", "dict", "int", "bytes", "object", "Exception", "é"])
PACKED = st.recursive(
    st.none() | st.text(max_size=3) | st.just({}),
    lambda inner: st.lists(KINDS | inner, max_size=4),
    max_leaves=12,
)
SAID = st.sampled_from(
    ["ready", "raised", "callable", "value", "result", "given", "object", "printed", "signature"]
)
REPLY = JSON | st.dictionaries(SAID, JSON | PACKED | st.lists(st.lists(JSON), max_size=2))


class Pretender:
    """A process that writes whatever it likes."""

    def __init__(self, replies):
        self.tasks = io.BytesIO()
        self.replies = io.BytesIO(b"".join(json.dumps(one).encode() + b"\n" for one in replies))

    def one(self, limits):
        return self

    def end(self, gone):
        return Usage()


@cache
def right_attempt(name):
    """A right answer, as it is read from a cell."""
    (attempt,) = attempts([cells.solved(find(name))])
    return attempt


@given(st.lists(REPLY, min_size=1, max_size=4))
@settings(deadline=None, max_examples=60)
def test_whatever_comes_through_the_pipe_the_judge_copes_with_it(replies):
    worker = Worker(Pretender([{"ready": {}}, *replies]), {"seconds": 1.0})
    with suppress(AnswerError):
        assert not answers.judge("06.2", worker.load(right_attempt("06.2")), 1.0).passed


# -- judged once -----------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch):
    """The answers that a judge gets."""
    seen = []
    ask = Judges.ask

    def counted(self, task):
        if "judge" in task:
            seen.append(task["judge"]["exercise"])
        return ask(self, task)

    monkeypatch.setattr(Judges, "ask", counted)
    return seen


def test_an_answer_that_many_hand_in_is_judged_once(tmp_path, asked):
    for name in ("ada", "grace", "joan"):
        source = cells.solved(find("01.1")).replace("return", f"# {name}\n    return")
        write(tmp_path / f"{name}.ipynb", source)
    everyone = collect(students(tmp_path))
    assert [one.solved for one in everyone] == [1, 1, 1]
    assert asked == ["01.1"]


def test_a_second_run_judges_only_what_changed(tmp_path, asked):
    write(tmp_path / "in" / "ada.ipynb", cells.solved(find("01.1")), cells.solved(find("01.2")))
    first = kept_run(tmp_path)
    assert sorted(asked) == ["01.1", "01.2"]
    asked.clear()
    assert kept_run(tmp_path)[0].results == first[0].results
    assert asked == []
    wrong = "def bit(byte, number):\n    return 7\nws.check('01.2', bit)"
    write(tmp_path / "in" / "ada.ipynb", cells.solved(find("01.1")), wrong)
    (ada,) = kept_run(tmp_path)
    assert asked == ["01.2"]
    assert ada.results["01.2"].outcome == "wrong"
    assert kept_run(tmp_path, "other checkers")[0].results == ada.results
    assert sorted(asked) == ["01.1", "01.2", "01.2"]


def kept_run(folder, checkers="these checkers"):
    kept = Kept(folder / "kept" / "verdicts", checkers)
    found = collect(students(folder / "in"), kept=kept)
    kept.close()
    assert kept.trouble == ""
    return found


def test_a_verdict_that_depends_on_the_hour_is_not_kept(tmp_path):
    kept = Kept(tmp_path / "verdicts", "these")
    kept.put("a", Judgement("stopped"))
    kept.put("b", Judgement("passed", lasting=False))
    kept.put("c", Judgement("passed"))
    assert [kept.get(key) for key in "abc"] == [None, None, Judgement("passed")]
    kept.close()


def test_a_damaged_record_of_verdicts_costs_a_sentence_and_nothing_else(tmp_path):
    (tmp_path / "verdicts").write_bytes(b"no database, but long enough to be looked at " * 99)
    kept = Kept(tmp_path / "verdicts", "these")
    assert kept.get("a") is None
    kept.put("a", Judgement("passed"))
    assert "Verdicts are not kept for the next run" in kept.trouble


def test_what_the_verdicts_depend_on_has_a_fingerprint():
    assert fingerprint(2.0, MEMORY) == fingerprint(2.0, MEMORY)
    assert fingerprint(2.0, MEMORY) != fingerprint(3.0, MEMORY)


# -- broken files --------------------------------------------------------------------------------


def deep(depth):
    source = "x = " + "(" * depth + ")" * depth
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]}).encode()


@pytest.mark.parametrize(
    ("student", "said"),
    [
        (handed(data), said)
        for data, said in (
            (b"", "got an empty file"),
            (b" \n", "got an empty file"),
            (b"PK\x03\x04 not JSON", "got a zip file. Unpack it"),
            (b"\xff\xfe\x00", "got text in UTF-16. Save it in UTF-8"),
            (b"\x00\x01", "got something else"),
            (b"[" * 100_000, "got something else"),
            (b"[1, 2]", "got JSON of another kind"),
            (b'{"nbformat": 3, "worksheets": []}', "Open and save it in JupyterLab"),
            (b'{"nbformat": 4}', "got one without cells"),
            (b" " * (LARGEST + 1), "Clear its outputs"),
        )
    ],
)
def test_a_file_that_is_no_notebook_gives_a_line(judged, student, said):
    one = judged[student]
    assert one.results == {}
    (line,) = one.unreadable
    assert line.startswith(f"{student}.ipynb: Expected ")
    assert said in line


@pytest.mark.parametrize(
    "student",
    [handed(data) for data in (deep(150), deep(90_000), b'{"nbformat": 4, "cells": [1, {}]}')],
)
def test_an_odd_notebook_is_passed_over(judged, student):
    assert judged[student].results == {}
    assert only(judged[VALUE]).outcome == "solved"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_something_that_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "ada.ipynb")
    (one,) = collect(students(tmp_path))
    assert "got something else of that name" in one.unreadable[0]


BROKEN = handed("def bits(byte)\n    return 1\nws.check('01.1', bits)", cells.solved(find("01.2")))


def test_a_cell_that_is_no_python_is_an_error_of_its_exercise_alone(judged):
    one = judged[BROKEN]
    assert (
        one.results["01.1"].because == "The cell is not Python: expected ':' in line 1 of the cell."
    )
    assert one.results["01.2"].outcome == "solved"


# -- whose notebooks -----------------------------------------------------------------------------


def test_a_subfolder_is_one_student_and_so_is_a_notebook_beside_it(tmp_path):
    for name in ("grace/05 mine.ipynb", "grace/deeper/06.ipynb", "ada.ipynb"):
        write(tmp_path / name)
    write(tmp_path / "grace/.ipynb_checkpoints/05 mine-checkpoint.ipynb")
    write(tmp_path / ".ipynb_checkpoints/ada-checkpoint.ipynb")
    (tmp_path / "readme.txt").write_text("nothing")
    found = students(tmp_path)
    assert [one.name for one in found] == ["ada", "grace"]
    assert [path.name for path in found[1].notebooks] == ["05 mine.ipynb", "06.ipynb"]


def test_a_folder_without_leave_to_read_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        students(tmp_path / "nowhere")


# -- what is printed ------------------------------------------------------------------------------

GATHERED = [
    Collected("ada", {"01.1": Result("01.1", "solved"), "01.2": Result("01.2", "not solved")}),
    Collected(
        "grace",
        {
            "01.1": Result(
                "01.1", "wrong", "expected 1, got 2.", "The bits stand the wrong way round."
            )
        },
        ["b.ipynb: Expected a notebook, got an empty file."],
    ),
]


def test_the_table_names_students_exercises_signs_and_totals():
    assert report.text(GATHERED, width=70) == (
        "           01.1  01.2  01.3  01.4  01.5  solved\n"
        "ada          ✓      ·                          1 of 5\n"
        "grace        ✗                                 0 of 5\n"
        "solved by    1      0      0      0      0\n"
        "\n"
        "✓ solved   ✗ wrong   ! error   ∞ stopped   · not solved\n"
        "2 students, 5 exercises: 1 of 3 solved.\n"
        "\n"
        "01.1 A byte as eight bits\n"
        "  grace: The bits stand the wrong way round.\n"
        "\n"
        "Not read\n"
        "  grace: b.ipynb: Expected a notebook, got an empty file."
    )


def test_the_report_says_truly_what_the_answers_were_kept_from():
    here = Collected("ada", guards={"network": True, "memory": True})
    gone = Collected("grace", guards={"network": False, "memory": False})
    assert "in an empty network namespace" in report.guards([here], 2, 2**30)
    assert "refused only by Python" in report.guards([here, gone], 2, 2**30)
    assert "no limit on memory" in report.guards([here, gone], 2, 2**30)
    assert "It is not a sandbox, and an answer" in report.guards([here], 2, 2**30)
    assert "not a sandbox" not in report.guards([here], 2, 2**30, "bubblewrap")


def test_ctrl_c_does_not_wait_for_what_is_under_way(tmp_path):
    write(tmp_path / "ada.ipynb")  # done at once
    slow = "def bits(byte):\n    import time\n    time.sleep(60)\nws.check('01.1', bits)"
    write(tmp_path / "grace.ipynb", slow)

    def interrupted(done, of, name):
        raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        collect(students(tmp_path), seconds=50, at_once=2, progress=interrupted)
    assert time.monotonic() - begun < 30


def test_no_thread_of_a_watchdog_stays_behind(tmp_path):
    before = threading.active_count()
    judge(tmp_path, cells.solved(find("01.1")))
    assert threading.active_count() <= before + 1
