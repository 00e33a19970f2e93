"""The lessons, one folder each: its facts, its exercises, its quiz, and what serves only it."""
