"""A link to a page that a lesson serves, for a tab of the reader's own."""

from html import escape

import ipywidgets


class PageLink(ipywidgets.HTML):
    """A link that opens a tab; stored as a sentence, since the port differs each time."""

    def __init__(self, url: str, text: str) -> None:
        self._text = text
        look = 'style="text-decoration: underline" target="_blank" rel="noopener"'
        link = f'<a href="{escape(url)}" {look}>{escape(text)} ↗</a>'
        super().__init__(link)

    def __repr__(self) -> str:
        return f"{self._text} (a link, where the notebook runs)"
