"""What a lesson's ``teaching.md`` tells whoever teaches it.

The instructor's guide prints it, and the slides have it in the speaker's notes::

    # Project
    What to show at the front, in one paragraph.
    # Ask
    - Two questions for the class, or more?
    # Advice
    What else helps; this part may be left out.
"""

from dataclasses import dataclass

from .prose import Page, items, page_of, paragraphs


@dataclass(frozen=True, slots=True)
class Teaching:
    """What to project, what to ask the class, and other advice; each text is Markdown."""

    project: str
    ask: tuple[str, ...]
    advice: tuple[str, ...]


def teaching(lesson: str) -> Teaching:
    """What is told to whoever teaches a lesson (``"04"``)."""
    return read_teaching(page_of(lesson, "teaching.md"))


def read_teaching(page: Page) -> Teaching:
    """The parts of a teaching page.

    Raises :class:`~wslearn.protocol.errors.InputError` with file and line for a part that is
    missing, out of order, or not of its form.
    """
    sections = list(page.sections())
    titles = [section.title for section in sections]
    if titles not in (["Project", "Ask"], ["Project", "Ask", "Advice"]):
        got = ", ".join(titles) or "none"
        raise page.fault(1, "the headings Project, Ask, and perhaps Advice", got)
    told = [paragraphs(page, section) for section in sections]
    asked = [text for text, _, more in items(page, sections[1]) if not more]
    if len(told[0]) != 1:
        raise page.fault(sections[0].line, "one paragraph about what to project", str(len(told[0])))
    if told[1] or len(asked) < 2 or not all("?" in text for text in asked):
        raise page.fault(sections[1].line, "a list of two questions or more", "something else")
    advice = tuple(text for more in told[2:] for text, _ in more)
    return Teaching(told[0][0][0], tuple(asked), advice)
