"""The address of a port on a hub."""

import pytest

from wslearn.labs.kit.page_link import PageLink
from wslearn.net.on_a_hub import Hub, port_behind, seen_from_a_browser, this_hub

ADA = {"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/", "JUPYTERHUB_SERVER_NAME": ""}


def test_a_kernel_knows_its_hub_and_a_service_of_a_hub_is_no_kernel():
    assert this_hub({}) is None
    assert this_hub({"JUPYTERHUB_SERVICE_PREFIX": "/services/class/"}) is None
    assert this_hub(ADA) == Hub("/user/ada/")
    more = {
        "JUPYTERHUB_BASE_URL": "/courses",
        "JUPYTERHUB_PUBLIC_HUB_URL": "https://h.example/hub/",
    }
    hub = this_hub({**ADA, **more, "KUBERNETES_SERVICE_HOST": "10.0.0.1"})
    assert hub == Hub("/user/ada/", "/courses/", "https://h.example/hub/", alone=True)
    assert hub.for_everyone(8080) == "/courses/hub/user-redirect/proxy/8080/"


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("http://127.0.0.1:8080/", "/user/ada/proxy/8080/"),
        ("http://localhost:8080/as?key=x&y=1", "/user/ada/proxy/8080/as?key=x&y=1"),
        ("http://[::1]:8080/desk", "/user/ada/proxy/8080/desk"),
        ("https://class.example/as?key=x", "https://class.example/as?key=x"),
        ("http://192.168.1.20:8080/", "http://192.168.1.20:8080/"),
    ],
)
def test_a_page_of_this_machine_is_seen_through_the_proxy_and_others_as_they_are(url, seen):
    assert seen_from_a_browser(url, Hub("/user/ada/")) == seen
    assert seen_from_a_browser(url, None) == url


@pytest.mark.parametrize(
    ("path", "port"),
    [
        ("/hub/user-redirect/proxy/8080/", 8080),
        ("/courses/hub/user-redirect/proxy/8080", 8080),
        ("/user/ada/proxy/8080/as", 8080),
        ("/user/ada/named/proxy/8080/", 8080),
        ("/user/ada/lab", None),
        ("/proxy/8080/", None),
        ("/user/ada/proxy/eight/", None),
    ],
)
def test_the_port_behind_a_hubs_path(path, port):
    assert port_behind(path) == port


def test_a_link_of_a_lesson_leads_through_the_hubs_proxy(monkeypatch):
    for name, value in ADA.items():
        monkeypatch.setenv(name, value)
    assert 'href="/user/ada/proxy/8080/"' in PageLink("http://127.0.0.1:8080/", "Open").value
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX")
    assert 'href="http://127.0.0.1:8080/"' in PageLink("http://127.0.0.1:8080/", "Open").value
