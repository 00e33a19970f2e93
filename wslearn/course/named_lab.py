"""A TapLab before a server of the lesson, whose text form is the same on every run."""

from wslearn.labs.taplab import TapLab


class NamedLab(TapLab):
    """A TapLab whose stored form says how the lesson wrote its target, not which port that was."""

    def __init__(self, written: str, target: str) -> None:
        self._written = written
        super().__init__(target=target)

    def __repr__(self) -> str:
        return f"TapLab(target={self._written})"
