"""``wslearn anki``: the questions of the course as a deck for Anki."""
