"""A link to a page that a lesson serves."""

from wslearn.labs.kit.page_link import PageLink


def test_a_link_is_stored_without_its_port_and_shows_text_as_text():
    link = PageLink("http://127.0.0.1:1/", "<b>Open</b>")
    assert repr(link) == "<b>Open</b> (a link, where the notebook runs)"
    assert "127.0.0.1:1" in link.value
    assert "<b>" not in link.value
