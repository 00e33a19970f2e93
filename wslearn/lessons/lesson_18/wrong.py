"""Lesson 18: typical wrong answers; the docstring of each is what the student is told."""

from wslearn.checking.exercise import wrong
from wslearn.protocol.frame import Frame

# -- 18.1 ------------------------------------------------------------------------------------------


@wrong("18.1")
def nothing_is_read(send, read, room, seconds):
    """What is read in the meantime does not wait any more: subtract it."""
    waiting = send * seconds
    return min(waiting, room), waiting - min(waiting, room)


@wrong("18.1")
def less_than_nothing(send, read, room, seconds):
    """With a fast reader, a negative number of bytes waits. There cannot be fewer than none: max(0,
    ...)."""
    waiting = (send - read) * seconds
    return min(waiting, room), waiting - min(waiting, room)


@wrong("18.1")
def the_program_first(send, read, room, seconds):
    """The two are in the wrong order. Return first what waits in the systems, then what waits in
    the program."""
    waiting = max(0, (send - read) * seconds)
    return waiting - min(waiting, room), min(waiting, room)


@wrong("18.1")
def counted_twice(send, read, room, seconds):
    """The second number includes what waits in the systems. Only the rest is in the program."""
    waiting = max(0, (send - read) * seconds)
    return min(waiting, room), waiting


# -- 18.2 ------------------------------------------------------------------------------------------


def paused(levels, high, low, above=False, reached=False):
    """The right answer, except for what is changed."""
    now, found = False, []
    for level in levels:
        if level > high or (reached and level == high):
            now = True
        elif level < low or (level == low and not above):
            now = False
        found.append(now)
    return found


@wrong("18.2")
def the_high_mark_alone(levels, high, low):
    """The writer goes on as soon as the level is no longer above the high mark, so it flutters.
    Between the two marks it stays as it was: remember its state from one level to the next."""
    return paused(levels, high, high)


@wrong("18.2")
def at_the_high_mark(levels, high, low):
    """At the high mark itself it does not pause yet: the task says “more than the high mark”."""
    return paused(levels, high, low, reached=True)


@wrong("18.2")
def below_the_low_mark(levels, high, low):
    """At the low mark itself the writer goes on: the task says “the low mark or less”."""
    return paused(levels, high, low, above=True)


@wrong("18.2")
def the_changes_alone(levels, high, low):
    """Some levels have no answer. Append one for each level, even where nothing changes."""
    found = []
    for level in levels:
        if level > high:
            found.append(True)
        elif level <= low:
            found.append(False)
    return found


@wrong("18.2")
def one_too_late(levels, high, low):
    """Each answer comes one level too late. Look at the level first, then append."""
    return [False, *paused(levels, high, low)][: len(levels)]


# -- 18.3 ------------------------------------------------------------------------------------------


@wrong("18.3")
def the_characters_alone(text, waiting, most):
    """The characters of the text were counted. What waits is the frame: its header, and the text as
    UTF-8."""
    return told(len(text), waiting, most)


@wrong("18.3")
def sizes_of_the_missed(text, waiting, most):
    """The second list has what waits for the clients that missed the message. Say which clients
    they are: their places."""
    after, missed = told(len(Frame.text(text).encode()), waiting, most)
    return after, [waiting[place] for place in missed]


@wrong("18.3")
def place_of_the_first_like_it(text, waiting, most):
    """Two clients for which the same number of bytes waits got the same place: `index` finds the
    first of them each time. Count along with enumerate."""
    after, missed = told(len(Frame.text(text).encode()), waiting, most)
    return after, [waiting.index(waiting[place]) for place in missed]


@wrong("18.3")
def with_the_new_one(text, waiting, most):
    """The new message was counted in deciding who misses it. Only what is already waiting decides
    that."""
    size = len(Frame.text(text).encode())
    return told(size, waiting, most - size)


@wrong("18.3")
def at_the_limit(text, waiting, most):
    """With exactly `most` bytes a client still gets the message: the task says “more than”."""
    return told(len(Frame.text(text).encode()), waiting, most - 1)


@wrong("18.3")
def left_out(text, waiting, most):
    """The clients that missed it are gone from the list. Something still waits for each of them:
    keep it."""
    after, missed = told(len(Frame.text(text).encode()), waiting, most)
    return [size for place, size in enumerate(after) if place not in missed], missed


def told(size, waiting, most):
    """The right answer for a frame of this many bytes."""
    missed = [place for place, one in enumerate(waiting) if one > most]
    return [one if one > most else one + size for one in waiting], missed


# -- 18.4 ------------------------------------------------------------------------------------------


def kept(waiting, new, most, oldest=1, least=1):
    """The right answer, except for what is changed."""
    found = [*waiting, new]
    while len(found) > least and sum(map(len, found)) > most:
        del found[oldest]
    return found


@wrong("18.4")
def the_first_one_goes(waiting, new, most):
    """The first text was left out. Half of its frame may have been sent already, and the client
    would take the next frame for the rest of it."""
    return kept(waiting, new, most, oldest=0)


@wrong("18.4")
def only_one(waiting, new, most):
    """One text was left out, and it is still too much. Go on until it fits: while, not if."""
    found = [*waiting, new]
    if len(found) > 1 and sum(map(len, found)) > most:
        del found[1]
    return found


@wrong("18.4")
def until_it_fits(waiting, new, most):
    """One text alone may be too much, and then there is no second one to leave out. Go on only
    while there is."""
    found = [*waiting, new]
    while sum(map(len, found)) > most:
        del found[1]
    return found


@wrong("18.4")
def before_the_new_one(waiting, new, most):
    """The sum was taken without the new text. It counts, too."""
    found = list(waiting)
    while len(found) > 1 and sum(map(len, found)) > most:
        del found[1]
    return [*found, new]


@wrong("18.4")
def the_new_one_stays(waiting, new, most):
    """The first and the new one together are too much. Then the new one is left out, because the
    first has to stay."""
    return kept(waiting, new, most, least=2)


@wrong("18.4")
def too_full_at_the_limit(waiting, new, most):
    """Exactly `most` characters still fit."""
    return kept(waiting, new, most - 1)


# -- 18.5 ------------------------------------------------------------------------------------------


@wrong("18.5")
def since_the_beginning(events, name):
    """What was published before it listened for the first time counts as missed. It had not asked
    for anything then."""
    here, found = False, []
    for what, which in events:
        if what == "publish":
            if not here:
                found.append(which)
        elif which == name:
            here = what == "subscribe"
    return found


@wrong("18.5")
def whoever_was_lost(events, name):
    """What happened to another process was counted, too. Compare the name."""
    known, here, found = False, False, []
    for what, which in events:
        if what == "publish":
            if known and not here:
                found.append(which)
        else:
            known, here = True, what == "subscribe"
    return found


@wrong("18.5")
def never_back(events, name):
    """The process came back, and messages still counted as missed. When it subscribes again, it is
    listening again."""
    gone, found = False, []
    for what, which in events:
        if what == "publish" and gone:
            found.append(which)
        elif what == "lost" and which == name:
            gone = True
    return found
