"""``case``: short mysteries, each a recorded conversation and a question answered by pointing."""
