"""What an answer prints, of which only the beginning is kept."""

import io


class Printed(io.TextIOBase):
    """A text file that keeps its first ``most`` characters and forgets the rest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.kept = ""
        self.cut = False

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        room = self._most - len(self.kept)
        self.kept += text[:room]
        self.cut = self.cut or len(text) > room
        return len(text)
