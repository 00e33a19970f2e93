"""What the poll says no to: one word for programs, one sentence for people."""


class RefusedError(Exception):
    """A request is refused; ``code`` says why in one word, ``text`` in one sentence."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class UnavailableError(RefusedError):
    """The room itself does not answer: it is kept on another machine, or in another program."""

    def __init__(self, text: str) -> None:
        super().__init__("unavailable", text)


def taken(name: str) -> RefusedError:
    """Somebody else has this name."""
    return RefusedError("name", f"Someone here is already called {name}. Add a letter to yours.")


def full(most: int) -> RefusedError:
    """No more names."""
    return RefusedError("full", f"The room is full: {most} names are in it.")


def unknown() -> RefusedError:
    """Nobody's token, or one whose owner has left."""
    return RefusedError("login", "Expected someone who is logged in. Log in again, please.")


def other_round(now: int) -> RefusedError:
    """A vote for a question that is over, or that never was."""
    return RefusedError("round", f"Expected a vote in round {now}: the question has changed.")


def wait(why: str, seconds: int) -> RefusedError:
    """Too much from one address; the same again is fine a little later."""
    unit = "second" if seconds == 1 else "seconds"
    return RefusedError("wait", f"{why} Try again in {seconds} {unit}.")


def closed() -> RefusedError:
    """A vote too late, or too early."""
    return RefusedError("closed", "Voting is closed.")


def nobody(candidate: str) -> RefusedError:
    """A vote for no one."""
    quoted = candidate if len(candidate) <= 40 else f"{candidate[:40]}…"
    return RefusedError("candidate", f"Expected one of the candidates, got {quoted!r}.")
