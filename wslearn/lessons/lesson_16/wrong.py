"""Lesson 16: typical wrong answers; the docstring of each is what the student is told."""

from wslearn.checking.exercise import wrong

from .endings import IDLE_LIMIT, WHY
from .solutions import resume

# -- 16.1 ------------------------------------------------------------------------------------------


@wrong("16.1")
def none_may_be_missed(limits, missed):
    """The missed pings were forgotten. If one is missed, two intervals pass without a byte."""
    return min(limits) - 1


@wrong("16.1")
def as_long_as_the_limit(limits, missed):
    """The silence would be as long as the limit. Then the proxy and the ping race each other, and
    now and then the proxy wins: stay below the limit."""
    return min(limits) // (missed + 1)


@wrong("16.1")
def one_second_less_in_each(limits, missed):
    """That is one second too careful for some limits. All intervals together must be shorter than
    the limit; each of them need not be a second shorter. First subtract one, then divide."""
    return min(limits) // (missed + 1) - 1


@wrong("16.1")
def divided_by_the_missed_alone(limits, missed):
    """With one missed ping two intervals pass, not one: divide by missed + 1."""
    return (min(limits) - 1) // max(missed, 1)


@wrong("16.1")
def a_fraction(limits, missed):
    """A whole number of seconds was asked for: // drops the remainder."""
    return (min(limits) - 1) / (missed + 1)


# -- 16.2 ------------------------------------------------------------------------------------------


def told(trace, *, patience=IDLE_LIMIT, pings=True, number=int):
    """The right answer, except for what is changed."""
    heard, unanswered = 0, False
    for seconds, who, what in trace:
        if what.startswith("reply") and what != "reply 101":
            return "refused"
        if what.startswith("close"):
            return WHY.get(number(what[6:]), "the application said so")
        if what == "end":
            if unanswered and pings:
                return "half-open"
            return "idle limit" if seconds - heard >= patience else "cut off"
        if who == "server":
            unanswered = False
        elif what == "ping" and who == "client":
            unanswered = True
        heard = seconds
    return "still open"


@wrong("16.2")
def code_as_text(trace):
    """The code was looked up as text, but the keys of WHY are numbers: int(what[6:])."""
    return told(trace, number=str)


@wrong("16.2")
def no_waiting_ping(trace):
    """A ping that was never answered was overlooked. TCP tells nobody that the other end is gone:
    all that a client can see is that the answer is missing."""
    return told(trace, pings=False)


@wrong("16.2")
def longer_than_the_limit(trace):
    """A silence of exactly IDLE_LIMIT seconds is enough: a proxy does not wait a second longer."""
    return told(trace, patience=IDLE_LIMIT + 1)


@wrong("16.2")
def since_the_beginning(trace):
    """The silence was counted from the beginning. It starts again after everything that is seen."""
    for seconds, _, what in trace:
        if what == "end" and seconds >= IDLE_LIMIT and told(trace) == "cut off":
            return "idle limit"
    return told(trace)


@wrong("16.2")
def only_a_pong_answers(trace):
    """Only a pong was taken for an answer. Anything that comes from the server shows that it is
    there."""
    waiting = False
    for _, who, what in trace:
        if what == "end" and waiting:
            return "half-open"
        if who == "client" and what == "ping":
            waiting = True
        elif what == "pong":
            waiting = False
    return told(trace)


@wrong("16.2")
def a_ping_of_the_server(trace):
    """A ping from the server was taken for one from the client. It shows that the server is
    there."""
    waiting = False
    for _, who, what in trace:
        if what == "end" and waiting:
            return "half-open"
        if what == "ping":
            waiting = True
        elif who == "server":
            waiting = False
    return told(trace)


# -- 16.3 ------------------------------------------------------------------------------------------


@wrong("16.3")
def no_dice(attempt, dice):
    """Without the dice, all clients wait for the same time, and come back in the same second."""
    return min(300, 5 * 2**attempt)


@wrong("16.3")
def no_end(attempt, dice):
    """The wait grows without end: after ten failures it may be more than an hour. min(300, ...)."""
    return dice * 5 * 2**attempt // 100


@wrong("16.3")
def doubled_too_early(attempt, dice):
    """The first wait is up to ten seconds. When no try has failed yet, 2**attempt is 1."""
    return dice * min(300, 5 * 2 ** (attempt + 1)) // 100


@wrong("16.3")
def dice_under_the_limit(attempt, dice):
    """The limit was applied after the dice. Then many clients wait for exactly 300 seconds,
    together."""
    return min(300, dice * 5 * 2**attempt // 100)


@wrong("16.3")
def not_divided(attempt, dice):
    """99 percent became 99 times. Divide by 100."""
    return dice * min(300, 5 * 2**attempt)


# -- 16.4 ------------------------------------------------------------------------------------------


@wrong("16.4")
def all_of_it(kept, last):
    """Everything was sent again. The client has some of it already: send only what is above
    last."""
    return list(kept)


@wrong("16.4")
def the_last_one_again(kept, last):
    """The message with the number last was sent again. The client has it: >, not >=."""
    again = resume(kept, last)
    return again and [pair for pair in kept if pair[0] >= last]


@wrong("16.4")
def holes_passed_over(kept, last):
    """A message between last and the first one that is kept is gone, and the client was not told.
    Return None: it must know that something is missing."""
    if last > (kept[-1][0] if kept else 0):
        return None
    return [pair for pair in kept if pair[0] > last]


@wrong("16.4")
def none_when_nothing_is_new(kept, last):
    """There is nothing new, and nothing is missing: return the empty list. None would say that
    something is lost."""
    again = [pair for pair in kept if pair[0] > last]
    return again if again and again[0][0] == last + 1 else None


@wrong("16.4")
def texts_alone(kept, last):
    """The numbers are missing. Without them the client could not say next time what it has."""
    again = resume(kept, last)
    return again and [text for _, text in again]


@wrong("16.4")
def started_anew_unseen(kept, last):
    """The client has a number that this server has never given out, and was not told. The server's
    next messages will have numbers that the client takes for old ones: return None."""
    again = [pair for pair in kept if pair[0] > last]
    return None if again and again[0][0] > last + 1 else again


# -- 16.5 ------------------------------------------------------------------------------------------


@wrong("16.5")
def everything(last, came):
    """What had come before came out again. A message that is sent twice has the same number both
    times."""
    return [text for _, text in came], max([last, *(number for number, _ in came)])


@wrong("16.5")
def over_the_hole(last, came):
    """A number was skipped, and the messages after the gap were taken. The one in between would be
    lost for ever: wait until it has come."""
    texts = []
    for number, text in came:
        if number > last:
            texts.append(text)
            last = number
    return texts, last


@wrong("16.5")
def last_left_behind(last, came):
    """last stayed where it was, so the second new message seemed to come after a gap. Each message
    that is taken moves last on."""
    return [text for number, text in came if number == last + 1], last


@wrong("16.5")
def moved_by_all(last, came):
    """last was moved on by a message that was not taken. Whatever is in between will then never be
    asked for again."""
    texts = []
    for number, text in came:
        if number == last + 1:
            texts.append(text)
        last = max(last, number)
    return texts, last


@wrong("16.5")
def numbers_kept(last, came):
    """Return only the texts, without their numbers."""
    kept = []
    for number, text in came:
        if number == last + 1:
            kept.append((number, text))
            last = number
    return kept, last
