"""Lesson 16: the solutions of its exercises, as a student would write them."""

from .endings import IDLE_LIMIT, WHY


def ping_interval(limits, missed):
    return (min(limits) - 1) // (missed + 1)


def why(trace):
    heard = 0
    unanswered = False
    for seconds, who, what in trace:
        if what.startswith("reply") and what != "reply 101":
            return "refused"
        if what.startswith("close"):
            return WHY.get(int(what[6:]), "the application said so")
        if what == "end":
            if unanswered:
                return "half-open"
            if seconds - heard >= IDLE_LIMIT:
                return "idle limit"
            return "cut off"
        if who == "server":
            unanswered = False
        elif what == "ping":
            unanswered = True
        heard = seconds
    return "still open"


def wait_before(attempt, dice):
    return dice * min(300, 5 * 2**attempt) // 100


def resume(kept, last):
    newest = kept[-1][0] if kept else 0
    if last > newest:
        return None
    again = []
    for number, text in kept:
        if number > last:
            again.append((number, text))
    if again != [] and again[0][0] > last + 1:
        return None
    return again


def take(last, came):
    texts = []
    for number, text in came:
        if number == last + 1:
            texts.append(text)
            last = number
    return texts, last
