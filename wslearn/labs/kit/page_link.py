"""A link to a page that a lesson serves, for a tab of the reader's own."""

from html import escape

import ipywidgets

from wslearn.net.on_a_hub import seen_from_a_browser, this_hub


class PageLink(ipywidgets.HTML):
    """A link that opens a tab; stored as a sentence, since the port differs each time.

    On a hub it leads through the hub's proxy: the browser is on another machine.
    """

    def __init__(self, url: str, text: str) -> None:
        self._text = text
        look = 'style="text-decoration: underline" target="_blank" rel="noopener"'
        address = seen_from_a_browser(url, this_hub())
        link = f'<a href="{escape(address)}" {look}>{escape(text)} ↗</a>'
        super().__init__(link)

    def __repr__(self) -> str:
        return f"{self._text} (a link, where the notebook runs)"
