"""Every rule of both RFCs is proven or not ours, and the students' page says so."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.rows import KINDS, NotOurs, Proof, Row, function_at, read_not_ours, read_rows
from tests.tools import build_matrix as build
from wslearn.protocol.rulebook import RULES

pytest_plugins = ["pytester"]

ROW = next(iter(read_rows()))
CONFTEST = """
from tests.support.rows import RowMarkers

def pytest_configure(config):
    config.addinivalue_line("markers", "row: proves rows")
    config.pluginmanager.register(RowMarkers())
"""


@pytest.fixture
def marked(pytester):
    """Run a test file whose tests carry markers."""
    pytester.makeconftest(CONFTEST)

    def run(test: str) -> pytest.RunResult:
        pytester.makepyfile(f"import pytest\nfrom wslearn.protocol import masking\n{test}")
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:nbval")

    return run


def evidence(**what) -> build.Evidence:
    row = Row("6455-9-9", "6455", "9", "MUST", "both", "x", "Be good.", "see", "demo")
    return build.Evidence(row, **what)


# -- the gate --------------------------------------------------------------------------------------


def test_every_rule_is_proven_or_not_ours_and_the_page_says_so():
    check = subprocess.run(
        [sys.executable, build.__file__, "--check"],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert check.stdout == "Every rule is proven, or not ours, and the page says so.\n", (
        check.stdout + check.stderr
    )


def test_no_rule_is_lost_when_tests_move():
    said = build.PAGE.read_text(encoding="utf-8")
    figures = re.findall(r"^\| \*\*all\*\* \| (\d+) \| (\d+) \| (\d+) \|", said, re.MULTILINE)
    assert figures == [("345", "332", "13")], "rules, proven by a test, not ours"


def test_a_rule_with_neither_a_test_nor_a_reason_is_found():
    (problem,) = build.problems({"6455-9-9": evidence()})
    assert problem.startswith("6455-9-9 has no test with its marker")


def test_a_rule_with_both_a_test_and_a_reason_is_found():
    both = evidence(tests=[("a.py", "test_a")], not_ours=NotOurs("6455-9-9", "browser", "No."))
    (problem,) = build.problems({"6455-9-9": both})
    assert problem.startswith("6455-9-9 is proven by a test and listed as not ours")


@pytest.mark.parametrize("text", [None, "# An older page\n"])
def test_a_page_that_is_missing_or_stale_is_found_and_not_written_by_a_check(
    text, tmp_path, monkeypatch, capsys
):
    page = tmp_path / "every-rule.md"
    if text is not None:
        page.write_text(text)
    monkeypatch.setattr(build, "PAGE", page)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "build", lambda: ("# The page\n", []))
    monkeypatch.setattr(sys, "argv", ["build_matrix", "--check"])
    assert build.main() == 1
    assert (
        "every-rule.md is stale: run python -m tests.tools.build_matrix." in capsys.readouterr().out
    )
    assert (page.read_text() if page.exists() else None) == text
    monkeypatch.setattr(sys, "argv", ["build_matrix"])
    assert build.main() == 0
    assert page.read_text() == "# The page\n"


# -- what is not ours ------------------------------------------------------------------------------


def test_what_is_not_ours_has_a_known_kind_and_a_reason_in_one_sentence():
    listed = read_not_ours()
    assert set(listed) <= set(read_rows())
    assert {one.kind for one in listed.values()} == set(KINDS)
    for one in listed.values():
        assert re.fullmatch(r"[A-Z][^.]+\.", one.reason), one


def test_what_our_own_rules_cover_is_ours():
    """The table by which the code judges names its rows: those cannot be somebody else's."""
    covered = {row for rule in RULES.values() for row in rule.rows}
    assert covered
    assert covered & set(read_not_ours()) == set()


# -- the markers -----------------------------------------------------------------------------------


def test_a_marker_is_believed_when_the_function_was_called(marked):
    result = marked(
        f"""
        @pytest.mark.row("{ROW}", at="protocol.masking.mask")
        def test_direct():
            masking.mask(b"a", bytes(4))

        @pytest.mark.row("{ROW}", at="protocol.masking.mask")
        def test_thread():
            import threading
            thread = threading.Thread(target=masking.mask, args=(b"a", bytes(4)))
            thread.start()
            thread.join()
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(passed=2)


def test_a_marker_is_not_believed_when_the_function_was_not_called(marked):
    result = marked(
        f"""
        @pytest.mark.row("{ROW}", at="protocol.masking.mask")
        def test_idle():
            pass
        """.replace("\n        ", "\n")
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*says that this calls protocol.masking.mask; it did not.*"])


@pytest.mark.parametrize(
    ("marker", "problem"),
    [
        ('row("6455-0-0", at="protocol.masking.mask")', "*got 6455-0-0.*"),
        (f'row("{ROW}", at="protocol.masking.no_such")', "*the name of a function in wslearn*"),
        (f'row("{ROW}", at="protocol.no_such.mask")', "*the name of a function in wslearn*"),
        (f'row("{ROW}", at="protocol.masking.KEY_SIZE")', "*the name of a function in wslearn*"),
        (f'row("{ROW}")', "*Expected a marker such as*"),
        ('row(at="protocol.masking.mask")', "*Expected a marker such as*"),
    ],
)
def test_a_marker_that_names_nothing_ends_the_collection(marked, marker, problem):
    result = marked(f"@pytest.mark.{marker}\ndef test_a(): masking.mask(b'a', bytes(4))")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([problem])


@pytest.mark.parametrize("doubt", ["skip", "skipif(True, reason='x')", "xfail"])
def test_a_test_that_may_not_run_proves_nothing(marked, doubt):
    marker = f'@pytest.mark.row("{ROW}", at="protocol.masking.mask")\n@pytest.mark.{doubt}\n'
    result = marked(f"{marker}def test_a(): masking.mask(b'a', bytes(4))")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*Expected a test that always runs*"])


def test_a_function_is_found_by_its_name_even_in_a_class_or_behind_a_property():
    assert function_at("protocol.judge.mask_bit").__name__ == "mask_bit"
    assert function_at("protocol.frame.Frame.text").__name__ == "text"
    assert function_at("protocol.uri.Uri.host_header").__name__ == "host_header"
    assert function_at("net.client._closing_on_error").__name__ == "_closing_on_error"


def test_a_marker_says_which_rows_and_where():
    mark = pytest.mark.row(ROW, at="protocol.masking.mask").mark
    assert Proof.of(mark, read_rows()) == Proof((ROW,), "protocol.masking.mask")


# -- the page --------------------------------------------------------------------------------------


def test_every_section_has_a_title_and_no_title_is_left_over():
    assert set(build.TITLES) == {f"{row.rfc} {row.section}" for row in read_rows().values()}


def test_every_link_of_the_page_leads_to_a_file():
    targets = re.findall(r"\]\(([^)]+)\)", build.PAGE.read_text(encoding="utf-8"))
    assert len(targets) > 600
    for target in set(targets):
        assert (build.PAGE.parent / target).is_file(), target


def test_a_line_of_the_page_shows_rule_function_test_and_lesson():
    one = evidence(
        functions=["protocol.judge.mask_bit"],
        tests=[("tests/protocol/test_judge.py", "test_good_is_done")],
        lessons=["05-why-do-clients-mask.ipynb"],
    )
    assert build.line(one) == (
        "| 9‑9 | **MUST** · both sides<br>Be good. "
        "| [`judge.mask_bit`](../wslearn/protocol/judge.py) "
        "| [good is done](../tests/protocol/test_judge.py) | [05](05-why-do-clients-mask.ipynb) |"
    )
    assert build.line(evidence(tests=[("a.py", "test_a")])).endswith("| none yet |")
    not_ours = evidence(not_ours=NotOurs("6455-9-9", "browser", "For browsers."))
    assert build.line(not_ours).endswith("| not ours | For browsers. | – |")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("protocol.uri.parse_uri", "uri.parse_uri"),
        ("protocol.uri.Uri.host_header", "Uri.host_header"),
        ("protocol.server_handshake._RequestSteps.host", "server_handshake.host"),
    ],
)
def test_a_function_is_shown_with_its_module_or_its_class(name, shown):
    file = name.split(".")[1]
    assert build.function_link(name) == f"[`{shown}`](../wslearn/protocol/{file}.py)"


def test_text_is_shown_as_it_is_and_breaks_no_table():
    assert build.plain("2**w <b> a|b [i] a_b") == r"2\*\*w \<b\> a\|b \[i\] a\_b"


def test_the_summary_counts_each_rule_once():
    found = {"6455-9-9": evidence(tests=[("a.py", "test_a"), ("a.py", "test_b")], lessons=["x"])}
    assert "| **all** | 1 | 1 | 0 | 1 |" in build.summary(found).splitlines()


def test_the_page_lists_the_rules_that_no_lesson_shows():
    idle = NotOurs("6455-9-9", "browser", "A browser's.")
    found = {
        "shown": evidence(lessons=["05.ipynb"]),
        "not ours": evidence(not_ours=idle),
        "open": evidence(),
    }
    text = build.unshown(found)
    assert text.splitlines()[0].endswith("yet: 1")
    assert text.splitlines()[-1] == "| RFC 6455 §9 Extensions | 9‑9 |"
    del found["open"]
    assert build.unshown(found) == "## Rules that no lesson shows yet: 0\n\n"


def test_a_lesson_that_names_a_rule_which_is_not_there_is_found(tmp_path):
    metadata = {"wslearn": {"rows": [ROW, "6455-0-0"]}}
    path = tmp_path / "09-x.ipynb"
    path.write_text(json.dumps({"metadata": metadata, "cells": []}))
    assert build.rows_shown(path) == [ROW, "6455-0-0"]
    with pytest.raises(ValueError, match=r"in 09-x\.ipynb, got '6455-0-0'"):
        build.gather([], tmp_path)


LESSONS = sorted(build.NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_names_each_rule_once_and_in_the_order_of_the_table(path: Path):
    shown = build.rows_shown(path)
    assert shown == [row for row in read_rows() if row in shown]
