"""The parts of the site that need no registry and no browser.

``tests/browser/test_built_site.py`` uses a whole site.
"""

import gzip
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path, PurePosixPath
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from packaging.requirements import Requirement

from tests.support.places import NOTEBOOKS, ROOT
from wslearn.__main__ import main
from wslearn.classroom.site import ahead, builder, contents, front, later, packages, supply
from wslearn.classroom.site.serving import served
from wslearn.course.lessons import COURSE
from wslearn.course.recorded import fingerprint
from wslearn.protocol.errors import InputError


def test_lessons_come_without_outputs_and_with_what_they_showed(tmp_path):
    lessons = contents.write(NOTEBOOKS, tmp_path / "files", tmp_path / "recordings.json")
    assert lessons == list(COURSE)
    recorded, shown_once = json.loads(_read(tmp_path / "recordings.json")), set()
    files = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    assert {lesson.file for lesson in lessons} <= set(files)
    for file in files:
        stored = json.loads((NOTEBOOKS / file).read_text(encoding="utf-8"))["cells"]
        shown = json.loads((tmp_path / "files" / file).read_text(encoding="utf-8"))
        assert [cell["source"] for cell in shown["cells"]] == [cell["source"] for cell in stored]
        assert not any(cell.get("outputs") for cell in shown["cells"])
        shown_once |= {
            fingerprint("".join(cell["source"])) for cell in stored if cell.get("outputs")
        }
    assert set(recorded) == shown_once


def test_the_front_page_names_every_lesson_and_asks_no_other_host(tmp_path):
    names = front.write(list(COURSE), NOTEBOOKS, tmp_path, "wslearn.whl")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    for lesson in COURSE:
        assert f'{front.LINK}{lesson.file}"' in page
    begin = json.loads(re.search(r'id="begin">(.*?)</script>', page)[1])
    assert sum(len(lesson["exercises"]) for lesson in begin["lessons"]) > 50
    assert "{" not in re.sub(r"(?s)<script.*?</script>", "", page)
    for name in names:
        for host in re.findall(
            r'(?:src|href|from|import)\s*[=(]?\s*"(https?://[^"]+)', _read(tmp_path / name)
        ):
            assert name.endswith(".html"), host  # a link that a reader may follow
        assert not re.search(r'(?:src|stylesheet)[^>]*"https?://', _read(tmp_path / name))


def test_pages_for_reading_lead_to_pages_of_the_site(tmp_path):
    names = front.write(list(COURSE), NOTEBOOKS, tmp_path, "wslearn.whl")
    lessons = {lesson.file for lesson in COURSE}
    assert ".ipynb" in _read(tmp_path / "for-instructors.html")
    for page in front.PAGES:
        text = _read(tmp_path / f"{page}.html")
        assert not re.search("&lt;(?:!--|details|div|summary)", text), "HTML is shown as text"
        for target in re.findall(r'href="(?!data:|https?:)([^"#]+)', text):
            file = target.removeprefix(front.LINK)
            assert file in lessons or target in names, target
        for picture in re.findall(r'<img src="([^"]+)"', text):
            assert (NOTEBOOKS / picture.removeprefix("files/")).is_file(), picture


def test_what_no_lesson_needs_is_left_out():
    needed = {
        "IPython/core/magic.py": True,
        "IPython/terminal/embed.py": False,
        "IPython/core/tests/test_magic.py": False,
        "pygments/lexers/python.py": True,
        "pygments/lexers/lisp.py": False,
        "prompt_toolkit/buffer.py": False,
        "anywidget/labextension/static/main.js": False,
        "anywidget-0.11.0.dist-info/METADATA": True,
        "anywidget-0.11.0.dist-info/RECORD": False,
    }
    assert {name: packages._is_needed(PurePosixPath(name)) for name in needed} == needed


def test_our_own_archive_has_the_lessons_and_is_the_same_each_time(tmp_path):
    packages._wslearn(tmp_path / "ours")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = packages._packed(tmp_path / "ours", "wslearn", tmp_path / "a")
    again = packages._packed(tmp_path / "ours", "wslearn", tmp_path / "b")
    assert first == again
    with zipfile.ZipFile(tmp_path / "a" / first["file_name"]) as wheel:
        names = wheel.namelist()
    assert "wslearn/lessons/lesson_01/exercises.md" in names
    assert [name for name in names if "/classroom/" in name or "__pycache__" in name] == [
        "wslearn/classroom/__init__.py",
        "wslearn/classroom/live/__init__.py",
        "wslearn/classroom/live/membership.py",
    ]


def test_a_page_says_how_to_join_a_class_that_it_cannot_reach(tmp_path):
    packages._wslearn(tmp_path)
    names = {}
    exec((tmp_path / "wslearn/classroom/live/membership.py").read_text(), names)
    with pytest.raises(InputError, match="in another tab, or on a phone, and type the code"):
        names["join"]("K7M3QX")


def compiled(tmp_path):
    """The folder of a tiny kernel, course and library, after ``compile_ahead``."""
    kernel, ours, stdlib = tmp_path / "kernel", tmp_path / "ours", tmp_path / "python.zip"
    for name in ahead.KERNEL:
        (kernel / name).mkdir(parents=True)
        (kernel / name / "__init__.py").write_text("import of_the_library\n")
        (kernel / name / "seldom.py").write_text(f"value = {name!r}\n")
        (kernel / name / "data.json").write_text("{}")
    (ours / "wslearn").mkdir(parents=True)
    (ours / "wslearn" / "__init__.py").write_text(
        '__all__ = ["lab"]\n\n'
        "def __getattr__(name):\n    import wslearn.lab\n    return wslearn.lab\n"
    )
    (ours / "wslearn" / "lab.py").write_text("value = 7\n")
    (ours / "wslearn" / "lesson.py").write_text("")
    with zipfile.ZipFile(stdlib, "w") as archive:
        archive.writestr("of_the_library.py", "value = 8\n")
        archive.mkdir("seldom_asked")
        archive.writestr("seldom_asked/data.txt", "10")
        archive.writestr("data.txt", "11")
        archive.writestr("seldom_asked/__init__.py", "from .within import value\n")
        archive.writestr("seldom_asked/within.py", "value = 9\n")
    code = (
        "import runpy, sys; from pathlib import Path; sys.path.append(sys.argv[4])\n"
        "*folders, later = map(Path, sys.argv[2:])\n"
        "runpy.run_path(sys.argv[1])['compile_ahead'](*folders, later.read_text())"
    )
    packed = tmp_path / "packed.zip"
    subprocess.run(
        [sys.executable, "-c", code, ahead.__file__, kernel, ours, stdlib, packed, later.__file__],
        check=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"},
        timeout=60,
    )
    return tmp_path


def test_what_a_start_imports_is_compiled_and_the_rest_is_kept_apart(tmp_path):
    folder = compiled(tmp_path)
    kernel, ours = folder / "kernel", folder / "ours"
    assert sorted(path.name for path in (kernel / "IPython").iterdir()) == [
        "__init__.pyc",
        "data.json",
    ]
    assert {path.name.partition(".")[0] for path in ours.rglob("*.pyc")} == {"__init__", "lab"}
    assert sorted(path.name for path in (ours / "wslearn").glob("*.py")) == [
        "__init__.py",
        "lab.py",
        "lesson.py",
    ]
    with zipfile.ZipFile(folder / "packed.zip") as archive:
        assert archive.namelist() == [
            "data.txt",
            "of_the_library.pyc",
            "sitecustomize.pyc",
        ]
    with zipfile.ZipFile(folder / "later.zip") as archive:
        apart = [f"{name}/seldom.py" for name in ahead.KERNEL]
        apart += [f"seldom_asked/{name}" for name in ("__init__.py", "data.txt", "within.py")]
        assert archive.namelist() == sorted(apart)
    asked = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "import IPython; print(IPython.of_the_library.value)"
    )
    told = subprocess.check_output(
        [sys.executable, "-c", asked, kernel, folder / "packed.zip"], timeout=60
    )
    assert told == b"8\n"


def test_what_is_kept_apart_is_fetched_once_when_a_module_of_it_is_asked_for(tmp_path):
    folder = compiled(tmp_path)
    asked = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "for name in ('sitecustomize', 'IPython'): sys.modules.pop(name, None)\n"
        "from importlib.util import find_spec\n"
        "import sitecustomize as course\n"
        "from pathlib import Path\n"
        "fetched = []\n"
        "def fetch():\n"
        "    fetched.append(1)\n"
        "    if len(fetched) == 1: raise OSError('no answer')\n"
        "    return Path(sys.argv[3]).read_bytes()\n"
        "names = ['IPython.seldom', 'seldom_asked', 'seldom_asked.within']\n"
        "sys.meta_path.append(course.Later(names, Path(sys.argv[4]), fetch))\n"
        "import IPython\n"
        "print(find_spec('of_nobody'), len(fetched))\n"
        "try: import seldom_asked\n"
        "except ImportError as problem: print(problem.name, problem)\n"
        "import seldom_asked, IPython.seldom\n"
        "print(seldom_asked.value, IPython.seldom.value, len(fetched))"
    )
    places = [folder / "kernel", folder / "packed.zip", folder / "later.zip", folder / "came.zip"]
    told = subprocess.check_output([sys.executable, "-c", asked, *places], timeout=60, text=True)
    assert told.splitlines() == [
        "None 0",
        "seldom_asked Expected the rest of Python's library from this site, for seldom_asked, got "
        "no answer. Run the cell again when the network is back.",
        "9 IPython 2",
    ]


def test_files_beside_a_site_keep_their_dates(tmp_path, monkeypatch):
    def lite(command, cwd, wanted, **variables):
        """Like JupyterLite: set the dates of all files beside its output, then write it."""
        output = Path(command[command.index("--output-dir") + 1])
        for path in output.parent.rglob("*"):
            os.utime(path, (0, 0))
        (output / "notebooks").mkdir(parents=True)
        return ""

    beside = tmp_path / "thesis.txt"
    beside.write_text("years of work")
    (tmp_path / "site.parts" / "lite").mkdir(parents=True)
    monkeypatch.setattr(supply, "run", lite)
    builder._pages(Path("python"), tmp_path / "site.parts", tmp_path / "site")
    assert (tmp_path / "site" / "notebooks").is_dir()
    assert beside.stat().st_mtime > 0


def test_a_server_shows_files_as_a_host_would(tmp_path):
    (tmp_path / "a.mjs").write_text("export const a = 1;\n" * 50)
    with served(tmp_path) as address:
        assert address.startswith("http://127.0.0.1:")
        asked = Request(f"{address}a.mjs?v=1", headers={"Accept-Encoding": "gzip"})
        with urlopen(asked, timeout=10) as reply:
            assert reply.headers["Content-Type"] == "text/javascript"
            assert gzip.decompress(reply.read()) == (tmp_path / "a.mjs").read_bytes()
            changed = reply.headers["Last-Modified"]
        asked.add_header("If-Modified-Since", changed)
        with pytest.raises(HTTPError, match="304"):
            urlopen(asked, timeout=10)
        with urlopen(f"{address}a.mjs", timeout=10) as reply:
            assert reply.read() == (tmp_path / "a.mjs").read_bytes()


def test_only_a_site_is_written_over(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("years of work")
    assert main(["site", str(tmp_path)]) == 2
    assert "which holds something else" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").exists()


def test_a_missing_site_is_not_served(tmp_path, capsys):
    assert main(["site", str(tmp_path / "none"), "--serve-only"]) == 2
    assert "Leave out --serve-only" in capsys.readouterr().err


def test_a_registry_that_does_not_answer_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(supply.venv, "create", lambda place, with_pip: place.mkdir(parents=True))
    assert main(["site", str(tmp_path / "site")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("wslearn site: Expected JupyterLite from PyPI by ")
    assert not (tmp_path / "site").exists()


def test_what_the_site_is_built_with_is_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {}
    for line in (*project["dependencies"], *project["optional-dependencies"]["course"]):
        requirement = Requirement(line)
        asked[requirement.name] = requirement.specifier
    pinned = dict(line.split("==") for line in (*supply.TOOLS, *packages.FROM_PYPI))
    both = asked.keys() & pinned.keys()
    assert both == {"anywidget", "fsrs", "ipywidgets", "markdown-it-py"}
    assert {name: pinned[name] for name in both if pinned[name] not in asked[name]} == {}


def _read(path):
    return path.read_text(encoding="utf-8")
