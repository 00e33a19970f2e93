"""The guide's settings for hubs: names that a hub knows, and our own commands."""

import re
import shlex
import tomllib
from argparse import ArgumentParser, Namespace
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from jsonschema import Draft7Validator
from traitlets.config import PyFileConfigLoader

import wslearn
from tests.support.places import NOTEBOOKS, ROOT
from wslearn.apps import class_, copies
from wslearn.classroom.live.membership import WHERE
from wslearn.lessons.lesson_12.poll.server import parts_of

HUB = NOTEBOOKS / "hub"
VALUES = yaml.safe_load((HUB / "values.yaml").read_text(encoding="utf-8"))
POD = list(yaml.safe_load_all((HUB / "class.yaml").read_text(encoding="utf-8")))
DOCKERFILE = (HUB / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chart() -> Draft7Validator:
    schema = (Path(__file__).parent / "values.schema.yaml").read_text(encoding="utf-8")
    return Draft7Validator(yaml.safe_load(schema))


def parsed(command: Any, words: list[str]) -> Namespace:
    """Parse the words as our command line does; SystemExit where it refuses them."""
    parser = ArgumentParser(exit_on_error=False)
    command.add_arguments(parser)
    return parser.parse_args(words)


def test_the_chart_knows_every_name_in_its_values(chart):
    assert [error.message for error in chart.iter_errors(VALUES)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("singleuser.memory.guarantie", "1G"),
        ("singleuser.mem_limit", "1G"),
        ("cull.timeout", "1h"),
        ("scheduling.userPlaceholder.replicas", "30"),
        ("hub.concurrentSpawnLimit", "all"),
        ("singleuser.storage.type", "big"),
    ],
)
def test_a_slip_in_the_values_would_be_seen(chart, path, value):
    *parents, name = path.split(".")
    values = place = deepcopy(VALUES)
    for parent in parents:
        place = place[parent]
    place[name] = value
    assert list(chart.iter_errors(values))


KNOWN_TO_TLJH = {
    "user_environment": {"default_app"},
    "limits": {"memory", "cpu"},
    "services": {"cull"},
    "https": {"enabled", "letsencrypt"},
}
"""Of what https://tljh.jupyter.org/en/latest/topic/tljh-config.html describes."""


def test_the_littlest_jupyterhub_knows_every_name_in_its_settings():
    settings = yaml.safe_load((HUB / "tljh.yaml").read_text(encoding="utf-8"))
    assert {name: set(inside) for name, inside in settings.items()} == KNOWN_TO_TLJH
    assert settings["user_environment"]["default_app"] in ("classic", "jupyterlab")
    assert re.fullmatch(r"\d+[KMGT]", settings["limits"]["memory"])
    cull = {"enabled", "timeout", "every", "concurrency", "users", "max_age"}
    assert set(settings["services"]["cull"]) <= cull
    assert set(settings["https"]["letsencrypt"]) == {"email", "domains"}


def test_the_class_as_a_service_is_a_command_that_we_take():
    c = PyFileConfigLoader("class.py", path=str(HUB)).load_config()  # as a hub loads its settings
    (service,) = c.JupyterHub.services.get_value([])
    _, *words = service["command"]
    assert words[:3] == ["-m", "wslearn", "class"]
    options = parsed(class_, words[3:])
    assert urlsplit(service["url"]).port == options.port
    assert parts_of(options.public_url)[1] == f"/services/{service['name']}"
    assert c.Spawner.environment.get_value({}) == {WHERE: service["url"]}
    assert options.keep.parent == Path(f"/var/lib/{service['user']}")


def test_the_class_on_kubernetes_is_where_the_hub_looks_for_it():
    service, claim, deployment = POD
    pod = deployment["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert container["command"] == ["wslearn", "class"]
    options = parsed(class_, container["args"])
    assert options.host == "0.0.0.0"
    assert options.port == container["ports"][0]["containerPort"]
    (named,) = VALUES["hub"]["services"]
    where = urlsplit(VALUES["hub"]["services"][named]["url"])
    assert where.hostname == service["metadata"]["name"]
    assert where.port == service["spec"]["ports"][0]["port"] == options.port
    assert options.public_url.rstrip("/") == VALUES["singleuser"]["extraEnv"][WHERE]
    assert parts_of(options.public_url)[1] == f"/services/{named}"
    assert urlsplit(options.public_url).hostname in VALUES["proxy"]["https"]["hosts"]
    assert service["spec"]["selector"] == pod["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == pod["metadata"]["labels"]
    (mount,), (volume,) = container["volumeMounts"], pod["spec"]["volumes"]
    assert options.keep.is_relative_to(mount["mountPath"])
    assert mount["name"] == volume["name"]
    assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    image = VALUES["singleuser"]["image"]
    assert container["image"] == f"{image['name']}:{image['tag']}"
    assert image["tag"] == wslearn.__version__
    assert container["image"] in DOCKERFILE


def test_a_students_server_writes_its_copy_with_a_command_that_we_take():
    hook = VALUES["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    assert hook[:2] == ["sh", "-c"]
    command, name, *words = shlex.split(hook[2].removesuffix(" || true"))
    assert (command, name) == ("wslearn", "copy")
    folder = parsed(copies, words).folder
    assert folder.is_relative_to(VALUES["singleuser"]["storage"]["homeMountPath"])
    start = VALUES["singleuser"]["defaultUrl"].removeprefix("/lab/tree/")
    assert (folder.name, (NOTEBOOKS / Path(start).name).is_file()) == (
        str(Path(start).parent),
        True,
    )


def test_the_image_is_made_of_what_is_there():
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE)]
    assert copied
    for name in (one for names in copied for one in names):
        assert (ROOT / name).exists(), name
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extra,) = re.findall(r'pip install .*"\.\[(\w+)\]"', DOCKERFILE)
    assert extra in project["optional-dependencies"]
    (python,) = re.findall(r"^FROM python:3\.(\d+)", DOCKERFILE, re.MULTILINE)
    assert int(python) >= int(project["requires-python"].removeprefix(">=3."))
    (settings,) = re.findall(r"cp -r (\S+)", DOCKERFILE)
    assert (ROOT / settings / "page_config.json").is_file()
