"""Lesson 18: typical wrong answers; the docstring of each is what the student is told."""

from wslearn.checking.exercise import wrong
from wslearn.protocol.frame import Frame

# -- 18.1 ------------------------------------------------------------------------------------------


@wrong("18.1")
def nothing_is_read(send, read, room, seconds):
    """What is read in the meantime does not wait any more: take it away."""
    waiting = send * seconds
    return min(waiting, room), waiting - min(waiting, room)


@wrong("18.1")
def less_than_nothing(send, read, room, seconds):
    """A fast reader made a negative number of bytes wait. There cannot be fewer than none: max(0,
    ...)."""
    waiting = (send - read) * seconds
    return min(waiting, room), waiting - min(waiting, room)


@wrong("18.1")
def systems_without_end(send, read, room, seconds):
    """All of it waits in the systems, and they have room for only so many bytes: min."""
    return max(0, (send - read) * seconds), 0


@wrong("18.1")
def lost_beyond_the_room(send, read, room, seconds):
    """What does not fit into the systems was lost. TCP loses nothing: it waits in the program."""
    return min(max(0, (send - read) * seconds), room), 0


@wrong("18.1")
def the_program_first(send, read, room, seconds):
    """The two are in the wrong order. First what waits in the systems, then what waits in the
    program."""
    waiting = max(0, (send - read) * seconds)
    return waiting - min(waiting, room), min(waiting, room)


@wrong("18.1")
def counted_twice(send, read, room, seconds):
    """The second number holds what waits in the systems as well. Only the rest is in
    the program."""
    waiting = max(0, (send - read) * seconds)
    return min(waiting, room), waiting


@wrong("18.1")
def the_room_each_second(send, read, room, seconds):
    """The room was counted anew in each second. It is filled once, and then it is full."""
    each = max(0, send - read)
    return min(each, room) * seconds, max(0, each - room) * seconds


# -- 18.2 ------------------------------------------------------------------------------------------


def paused(levels, high, low, above=False, reached=False, first=False):
    """The right answer, but for what is changed."""
    now, found = first, []
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
    Between the two marks it stays as it was: remember that from one turn of the loop to the
    next."""
    return paused(levels, high, high)


@wrong("18.2")
def the_low_mark_alone(levels, high, low):
    """The writer pauses above the low mark already. Up to the high mark it may go on."""
    return paused(levels, low, low)


@wrong("18.2")
def never_again(levels, high, low):
    """Once it has paused, the writer never goes on. At the low mark or below it does."""
    return paused(levels, high, -1)


@wrong("18.2")
def at_the_high_mark(levels, high, low):
    """At the high mark itself it need not pause: the task says more than that."""
    return paused(levels, high, low, reached=True)


@wrong("18.2")
def below_the_low_mark(levels, high, low):
    """At the low mark itself the writer goes on: the task says the low mark or less."""
    return paused(levels, high, low, above=True)


@wrong("18.2")
def the_other_way_round(levels, high, low):
    """True and False are exchanged. True says that the writer is paused."""
    return [not one for one in paused(levels, high, low)]


@wrong("18.2")
def the_changes_alone(levels, high, low):
    """Some levels have no answer. Append one in each turn, also where nothing changes."""
    found = []
    for level in levels:
        if level > high:
            found.append(True)
        elif level <= low:
            found.append(False)
    return found


# -- 18.3 ------------------------------------------------------------------------------------------


@wrong("18.3")
def the_text_alone(text, waiting, most):
    """The header of the frame is missing. What waits is the whole frame."""
    return told(len(text.encode()), waiting, most)


@wrong("18.3")
def characters(text, waiting, most):
    """Characters were counted and not bytes: in UTF-8 some have more than one. Take the length of
    the encoded frame."""
    return told(len(text) + 2, waiting, most)


@wrong("18.3")
def the_characters_alone(text, waiting, most):
    """The characters of the text were counted. What waits is the frame: its header, and the text as
    UTF-8."""
    return told(len(text), waiting, most)


@wrong("18.3")
def always_two_more(text, waiting, most):
    """A header has not always two bytes: from 126 bytes of payload on it is longer (§5.2). Take the
    length of the whole frame."""
    return told(len(text.encode()) + 2, waiting, most)


@wrong("18.3")
def sizes_of_the_missed(text, waiting, most):
    """The second list holds what waits for them. Say which clients they are: their places."""
    after, missed = told(len(Frame.text(text).encode()), waiting, most)
    return after, [waiting[place] for place in missed]


@wrong("18.3")
def place_of_the_first_like_it(text, waiting, most):
    """Two clients for which equally much waits got the same place: `index` finds the first of them
    each time. Count along with enumerate."""
    after, missed = told(len(Frame.text(text).encode()), waiting, most)
    return after, [waiting.index(waiting[place]) for place in missed]


@wrong("18.3")
def masked(text, waiting, most):
    """The frame has a masking-key. A server does not mask (§5.1), and so one frame fits all."""
    return told(len(Frame.text(text).encode()) + 4, waiting, most)


@wrong("18.3")
def with_the_new_one(text, waiting, most):
    """The new message was counted when it was decided who misses it. Only what waits already
    decides."""
    size = len(Frame.text(text).encode())
    return told(size, waiting, most - size)


@wrong("18.3")
def at_the_limit(text, waiting, most):
    """With exactly `most` bytes a client still gets the message: the task says more
    than that."""
    return told(len(Frame.text(text).encode()), waiting, most - 1)


@wrong("18.3")
def nobody_misses_it(text, waiting, most):
    """The frame was added for those that missed it, too. Then their queues grow without end."""
    size = len(Frame.text(text).encode())
    return [one + size for one in waiting], told(size, waiting, most)[1]


@wrong("18.3")
def left_out(text, waiting, most):
    """Those that missed it are gone from the list. Something still waits for them: it stays."""
    after, missed = told(len(Frame.text(text).encode()), waiting, most)
    return [size for place, size in enumerate(after) if place not in missed], missed


@wrong("18.3")
def how_many_missed(text, waiting, most):
    """The second value is a number. Say which clients missed it: a list of their places."""
    after, missed = told(len(Frame.text(text).encode()), waiting, most)
    return after, len(missed)


@wrong("18.3")
def counted_from_one(text, waiting, most):
    """The places were counted from 1. The first client has the place 0."""
    after, missed = told(len(Frame.text(text).encode()), waiting, most)
    return after, [place + 1 for place in missed]


def told(size, waiting, most):
    """The right answer for a frame of so many bytes."""
    missed = [place for place, one in enumerate(waiting) if one > most]
    return [one if one > most else one + size for one in waiting], missed


# -- 18.4 ------------------------------------------------------------------------------------------


def kept(waiting, new, most, oldest=1, least=1, size=len):
    """The right answer, but for what is changed."""
    found = [*waiting, new]
    while len(found) > least and sum(map(size, found)) > most:
        del found[oldest]
    return found


@wrong("18.4")
def the_first_one_goes(waiting, new, most):
    """The first text was left out. Half of its frame may be sent already, and the client would take
    the next frame for the rest of it."""
    return kept(waiting, new, most, oldest=0)


@wrong("18.4")
def nothing_was_waiting(waiting, new, most):
    """If nothing was waiting, the new text is the first one itself, and stays."""
    return kept(waiting, new, most) if waiting else [new] * (len(new) <= most)


@wrong("18.4")
def down_to_nothing(waiting, new, most):
    """The first text was left out. It stays whatever happens: take out place 1, and only while
    there is one."""
    return kept(waiting, new, most, oldest=0, least=0)


@wrong("18.4")
def the_newest_goes(waiting, new, most):
    """The newest was left out. It is worth most. Leave out the oldest that may go."""
    return kept(waiting, new, most, oldest=-1)


@wrong("18.4")
def without_a_limit(waiting, new, most):
    """Nothing was left out, so the queue grows without end."""
    return [*waiting, new]


@wrong("18.4")
def all_old_ones(waiting, new, most):
    """More was left out than necessary. One by one, until it fits."""
    fits = len("".join([*waiting, new])) <= most
    return [*waiting, new] if fits else [*waiting[:1], new]


@wrong("18.4")
def only_one(waiting, new, most):
    """One text was left out, and it is still too much. Go on until it fits: while, not if."""
    found = [*waiting, new]
    if len(found) > 1 and sum(map(len, found)) > most:
        del found[1]
    return found


@wrong("18.4")
def texts_counted(waiting, new, most):
    """The texts were counted, and not their characters."""
    return kept(waiting, new, most, size=lambda one: 1)


@wrong("18.4")
def before_the_new_one(waiting, new, most):
    """The sum was taken before the new text was there. What counts is what waits with it."""
    found = list(waiting)
    while len(found) > 1 and sum(map(len, found)) > most:
        del found[1]
    return [*found, new]


@wrong("18.4")
def the_new_one_stays(waiting, new, most):
    """The first and the new one are too much together. Then the new one goes, for the first has to
    stay."""
    return kept(waiting, new, most, least=2)


@wrong("18.4")
def too_full_at_the_limit(waiting, new, most):
    """With exactly `most` characters it fits."""
    return kept(waiting, new, most - 1)


# -- 18.5 ------------------------------------------------------------------------------------------


def lost(events, name, known=False):
    """The right answer, but for what is changed."""
    here, found = False, []
    for what, which in events:
        if what == "publish":
            if known and not here:
                found.append(which)
        elif which == name:
            here = what == "subscribe"
            known = known or here
    return found


@wrong("18.5")
def since_the_beginning(events, name):
    """What was published before it listened for the first time counts as missed. It had not asked
    for anything then."""
    return lost(events, name, known=True)


@wrong("18.5")
def what_it_heard(events, name):
    """These are the messages that it heard. The task asks for the others."""
    here, found = False, []
    for what, which in events:
        if what == "publish":
            if here:
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
    """It has come back, and its messages still count as missed. Whoever subscribes again listens
    again."""
    gone, found = False, []
    for what, which in events:
        if what == "publish" and gone:
            found.append(which)
        elif what == "lost" and which == name:
            gone = True
    return found


@wrong("18.5")
def the_last_gap(events, name):
    """Only the last time that it was away counts. Keep what it missed before, too."""
    here, found = True, []
    for what, which in events:
        if what == "publish":
            if not here:
                found.append(which)
        elif which == name:
            if what == "lost" and here:
                found = []
            here = what == "subscribe"
    return found


@wrong("18.5")
def how_many(events, name):
    """That is how many it missed. Which ones? Return the list of their numbers."""
    return len(lost(events, name))
