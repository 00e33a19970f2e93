"""Lesson 17: typical wrong answers; the docstring of each is what the student is told."""

import base64

from wslearn.checking.exercise import wrong

# -- 17.1 ------------------------------------------------------------------------------------------


def door(headers, hosts, origins, *, lower=True, first=False):
    """The right answer, except for what is changed."""

    def values(wanted):
        return [v for n, v in headers if (n.lower() if lower else n) == wanted]

    named = values("host" if lower else "Host")
    if not named or (len(named) > 1 and not first):
        return 400
    pages = values("origin" if lower else "Origin")
    if named[0] not in hosts or any(page not in origins for page in pages):
        return 403
    return 101


@wrong("17.1")
def origin_before_host(headers, hosts, origins):
    """Origin was looked at before Host. The first rule that is broken decides: count the Hosts
    first."""
    pages = [value for name, value in headers if name.lower() == "origin"]
    return 403 if any(page not in origins for page in pages) else door(headers, hosts, origins)


@wrong("17.1")
def host_without_its_port(headers, hosts, origins):
    """The port was left out. A host with a port is not the same as one without: compare the whole
    text."""
    bare = [host.partition(":")[0] for host in hosts]
    cut = [(n, v.partition(":")[0] if n.lower() == "host" else v) for n, v in headers]
    return door(cut, bare, origins)


@wrong("17.1")
def programs_stay_outside(headers, hosts, origins):
    """A request without Origin was refused. It does not come from a page, so there is no foreign
    page to keep out (§10.2)."""
    status = door(headers, hosts, origins)
    pages = [name for name, _ in headers if name.lower() == "origin"]
    return 403 if status == 101 and not pages else status


@wrong("17.1")
def names_as_they_are_written(headers, hosts, origins):
    """A header was not found because its name was in another case. Header names are compared
    without regard to case: name.lower()."""
    return door(headers, hosts, origins, lower=False)


@wrong("17.1")
def the_first_host(headers, hosts, origins):
    """There were two Hosts, and only one of them was looked at. A proxy in front of you may have
    looked at the other one: refuse the request."""
    return door(headers, hosts, origins, first=True)


@wrong("17.1")
def into_a_dictionary(headers, hosts, origins):
    """A dictionary has each name only once, so one of two Hosts vanished before you could count
    them. Go through the list of headers itself."""
    return door(list({name.lower(): (name, v) for name, v in headers}.values()), hosts, origins)


@wrong("17.1")
def always_403(headers, hosts, origins):
    """A request without exactly one Host is malformed: 400. 403 says that it is well formed, but
    not wanted."""
    return 403 if door(headers, hosts, origins) == 400 else door(headers, hosts, origins)


# -- 17.2 ------------------------------------------------------------------------------------------


def offer(value, spoken, *, comma=",", strip=str.strip, decode=None, last=False):
    """The right answer, except for what is changed."""
    decode = decode or (lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    chosen = token = None
    for piece in value.split(comma):
        name = strip(piece)
        if name.startswith("bearer."):
            token = decode(name[7:])
        elif name in spoken and (chosen is None or last):
            chosen = name
    return chosen, token


@wrong("17.2")
def spaces_kept(value, spoken):
    """There is a space after the comma, and it became part of the name. strip() takes it off."""
    return offer(value, spoken, strip=lambda piece: piece)


@wrong("17.2")
def comma_and_space(value, spoken):
    """There need not be a space after a comma: split only at the comma, and strip() each piece."""
    return offer(value, spoken, comma=", ")


@wrong("17.2")
def the_other_alphabet(value, spoken):
    """Two characters are different in the URL-safe form: - and _ take the place of + and /. (The
    name of a subprotocol is a token, and a token may not contain /.) Use
    base64.urlsafe_b64decode."""
    return offer(
        value,
        spoken,
        decode=lambda text: base64.b64decode(text + "=" * (-len(text) % 4)),
    )


@wrong("17.2")
def no_equals(value, spoken):
    """base64 wants a text whose length is a multiple of 4. Put the missing = back first."""
    return offer(value, spoken, decode=base64.urlsafe_b64decode)


@wrong("17.2")
def the_last_that_is_spoken(value, spoken):
    """The last one won. The client lists first what it likes best, so take the first one that you
    speak."""
    return offer(value, spoken, last=True)


@wrong("17.2")
def in_the_servers_order(value, spoken):
    """The server's order decided. Here the client's order counts: go through the header."""
    offered = [piece.strip() for piece in value.split(",")]
    chosen = next((name for name in spoken if name in offered), None)
    return chosen, offer(value, spoken)[1]


# -- 17.3 ------------------------------------------------------------------------------------------


def redacted(line, *, secret=("token", "ticket").__contains__):
    """The right answer, except for what counts as secret."""
    method, target, version = line.split(" ")
    path, mark, query = target.partition("?")
    kept = []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        kept.append(name + equals + ("..." if equals and secret(name) else value))
    return f"{method} {path}{mark}{'&'.join(kept)} {version}"


@wrong("17.3")
def always_two(line):
    """A pair does not always have one =: there is no pair at all without a query, and a value may
    contain = itself. partition("=") always gives three parts."""
    method, target, version = line.split(" ")
    path, mark, query = target.partition("?")
    kept = []
    for pair in query.split("&"):
        name, value = pair.split("=")
        kept.append(name + "=" + ("..." if name in ("token", "ticket") else value))
    return f"{method} {path}{mark}{'&'.join(kept)} {version}"


@wrong("17.3")
def names_that_begin_so(line):
    """A parameter with a longer name was taken for a secret. The whole name has to be token or
    ticket."""
    return redacted(line, secret=lambda name: name.startswith(("token", "ticket")))


@wrong("17.3")
def names_that_end_so(line):
    """A parameter whose name only ends in token or ticket lost its value. The whole name has to be
    one of the two."""
    return redacted(line, secret=lambda name: name.endswith(("token", "ticket")))


@wrong("17.3")
def the_value_everywhere(line):
    """Something else in the line had the same text as the secret, and was replaced too. Put the
    line together again from its parts."""
    query = line.split(" ")[1].partition("?")[2]
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in ("token", "ticket") and value:
            line = line.replace(value, "...")
    return line


@wrong("17.3")
def a_mark_too_many(line):
    """A ? was added to a line that had none."""
    told = redacted(line)
    return told if "?" in line else told.replace(" HTTP", "? HTTP")


# -- 17.4 ------------------------------------------------------------------------------------------


def redeemed(tickets, ticket, good):
    """The user and the tickets left, where ``good`` says until when a ticket is good."""
    user = next((name for text, name, until in tickets if text == ticket and good(until)), None)
    return user, [one for one in tickets if one[0] != ticket]


@wrong("17.4")
def one_second_too_long(tickets, ticket, now):
    """A ticket is good before the second until, but no longer at that second: now < until."""
    return redeemed(tickets, ticket, lambda until: now <= until)


@wrong("17.4")
def good_again(tickets, ticket, now):
    """The ticket is still in the list, so it would be good a second time. A copy of it, from a log
    for example, would let somebody else in."""
    return redeemed(tickets, ticket, lambda until: now < until)[0], list(tickets)


@wrong("17.4")
def late_ones_stay(tickets, ticket, now):
    """A ticket that came too late was kept. It has been shown, so it is gone."""
    user, left = redeemed(tickets, ticket, lambda until: now < until)
    return user, (left if user else list(tickets))


@wrong("17.4")
def the_rest_is_lost(tickets, ticket, now):
    """The tickets after the one that was shown are missing. Return after the loop, not in it."""
    left = []
    for text, name, until in tickets:
        if text == ticket:
            return (name if now < until else None), left
        left.append((text, name, until))
    return None, left


@wrong("17.4")
def old_ones_thrown_away(tickets, ticket, now):
    """Other tickets are missing. They may be too old, but that is not asked here."""
    user, left = redeemed(tickets, ticket, lambda until: now < until)
    return user, [one for one in left if now < one[2]]


@wrong("17.4")
def user_alone(tickets, ticket, now):
    """Return two values: the user, and the tickets that are left."""
    return redeemed(tickets, ticket, lambda until: now < until)[0]


# -- 17.5 ------------------------------------------------------------------------------------------


def waited(events, seconds, tokens, *, late=None, patient=False, binary=False, silent="wait"):
    """The right answer, except for what is changed."""
    late = late or (lambda when: when >= seconds)
    for when, kind, payload in events:
        if late(when):
            return "1008"
        if kind == "text" or (binary and kind == "binary"):
            user = dict(tokens).get(payload)
            if user is not None or not patient:
                return user or "1008"
        elif kind == "binary":
            return "1008"
    return silent


@wrong("17.5")
def at_the_very_end(events, seconds, tokens):
    """At the second at which time is up, it is already too late: >=, not >."""
    return waited(events, seconds, tokens, late=lambda when: when > seconds)


@wrong("17.5")
def a_second_try(events, seconds, tokens):
    """The first message was wrong, and a later one was taken. The first one decides: a client that
    may guess again will guess until it fits."""
    return waited(events, seconds, tokens, patient=True)


@wrong("17.5")
def a_ping_is_a_message(events, seconds, tokens):
    """A ping was taken for the first message. It is a control frame, and says nothing about who
    sends it (§5.5.2)."""
    for when, kind, payload in events:
        if when >= seconds or kind != "text":
            return "1008"
        return dict(tokens).get(payload, "1008")
    return "wait"


@wrong("17.5")
def binary_too(events, seconds, tokens):
    """A binary message was taken. Both sides agreed on a text, so anything else is refused."""
    return waited(events, seconds, tokens, binary=True)


@wrong("17.5")
def silence_is_refused(events, seconds, tokens):
    """Nothing has come yet, and there is still time: wait."""
    return waited(events, seconds, tokens, silent="1008")


@wrong("17.5")
def late_pings_pass(events, seconds, tokens):
    """A ping came when time was up, and was skipped. It shows that it is too late."""
    return waited([one for one in events if one[1] != "ping"], seconds, tokens)
