"""Typical wrong answers to the exercise of lesson 00, and what each one comes from."""

from wslearn.checking.exercise import wrong

from .exercises import BYTES


@wrong("00.1")
def greeting_of_the_task():
    """That is the greeting of the task itself: one letter is missing."""
    return "Hello"


@wrong("00.1")
def nothing_before_the_text():
    """The text alone has {{ BYTES }} letters. A client's frame has a header and a masking-key
    before the text."""
    return "Hello, World"


@wrong("00.1")
def no_key_before_the_text():
    """The text and a header of two bytes make {{ BYTES }}, but a client's frame also has the four
    bytes of the masking-key."""
    return "Hello, Wor"
