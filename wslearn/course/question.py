"""What a quiz consists of: questions whose every option has its own answer."""

from dataclasses import dataclass

LETTERS = "abcdef"
"""What the options of a question are called."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose, and what is said about it once it is chosen."""

    text: str
    feedback: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its options in the order they are shown; exactly one is right.

    ``source`` is where to read it, such as ``RFC 6455 §5.2``; it is told with the right answer.
    """

    text: str
    source: str
    options: tuple[Option, ...]

    @property
    def shown(self) -> tuple[Option, ...]:
        """The options that are shown before an answer is given."""
        return self.options

    @property
    def right(self) -> int:
        """The index of the right option."""
        return next(index for index, option in enumerate(self.options) if option.right)

    def feedback(self, index: int) -> str:
        """What is said about an option; with the right one, also where the rule is stated."""
        option = self.options[index]
        return f"{option.feedback} ({self.source})" if option.right else option.feedback
