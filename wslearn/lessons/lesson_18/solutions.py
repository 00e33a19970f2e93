"""Lesson 18: the solutions of its exercises, as a student would write them."""

from wslearn.protocol.frame import Frame


def where_it_waits(send, read, room, seconds):
    waiting = max(0, (send - read) * seconds)
    in_systems = min(waiting, room)
    return in_systems, waiting - in_systems


def pauses(levels, high, low):
    paused = False
    found = []
    for level in levels:
        if level > high:
            paused = True
        elif level <= low:
            paused = False
        found.append(paused)
    return found


def tell(text, waiting, most):
    frame = Frame.text(text).encode()
    after = []
    missed = []
    for index, size in enumerate(waiting):
        if size > most:
            missed.append(index)
            after.append(size)
        else:
            after.append(size + len(frame))
    return after, missed


def keep_newest(waiting, new, most):
    kept = [*waiting, new]
    while len(kept) > 1 and sum(len(one) for one in kept) > most:
        del kept[1]
    return kept


def missed(events, name):
    known = False
    listens = False
    lost = []
    for what, which in events:
        if what == "publish":
            if known and not listens:
                lost.append(which)
        elif which == name:
            listens = what == "subscribe"
            known = known or listens
    return lost
