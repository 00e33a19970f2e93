"""Ready-made conversations: what a lesson about states wants to show, a few commands each."""

from dataclasses import dataclass

from wslearn.protocol.codes import Opcode

from .state import Command, Dialogue


@dataclass(frozen=True, slots=True)
class Scenario:
    """A ready-made conversation: its name, and what is done in it.

    Between the commands, :data:`STEP` lets one thing happen on its own, :data:`REST` everything
    there is.
    """

    name: str
    script: tuple[Command | str, ...]

    def commands(self) -> tuple[Command, ...]:
        """Every command from the first to the last, with what happens on its own."""
        dialogue = Dialogue()
        for line in self.script:
            if isinstance(line, Command):
                dialogue.do(line)
                continue
            while (command := dialogue.next()) is not None:
                dialogue.do(command)
                if line == STEP:
                    break
        return tuple(moment.command for moment in dialogue.moments)


STEP, REST = "step", "rest"

_KAPPA = "κόσμε".encode()

SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "a message in three fragments, with a ping between",
            (
                Command("client", "fragment", "Hel"), STEP,
                Command("server", "ping", "there?"), STEP, STEP,
                Command("client", "fragment", "l"), REST,
                Command("client", "text", "o"), REST,
            ),
        ),
        Scenario(
            "the client closes",
            (
                Command("client", "text", "Hello"), REST,
                Command("client", "close", "bye", 1000), REST,
            ),
        ),
        Scenario(
            "the server closes",
            (
                Command("server", "close", "", 1001), STEP,
                Command("client", "text", "one more thing"), REST,
            ),
        ),
        Scenario(
            "Closes that cross",
            (
                Command("client", "close", "", 1000), Command("server", "close", "", 1001), REST,
            ),
        ),
        Scenario(
            "messages after our own Close",
            (
                Command("client", "close", "", 1000), Command("server", "text", "wait"),
                Command("server", "text", "one more"), REST,
            ),
        ),
        Scenario(
            "a broken rule",
            (
                Command("client", "break", "a reserved opcode"), REST,
            ),
        ),
        Scenario(
            "the line is cut",
            (
                Command("server", "text", "Hello"), STEP,
                Command("server", "text", "lost"), Command("client", "cut"), REST,
            ),
        ),
        Scenario(
            "a character cut in two, between fragments",
            (
                Command("client", "raw", data=_KAPPA[:3], fin=False), REST,
                Command("client", "raw", data=_KAPPA[3:], opcode=Opcode.CONTINUATION), REST,
            ),
        ),
        Scenario(
            "a character cut in two, at the end of a message",
            (
                Command("client", "raw", data=_KAPPA[:3]), REST,
            ),
        ),
    )
}  # fmt: skip
"""Ready-made conversations, by name."""
