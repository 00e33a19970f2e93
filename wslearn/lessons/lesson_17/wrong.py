"""Lesson 17: typical wrong answers; the docstring of each is what the student is told."""

import base64

from wslearn.checking.exercise import wrong

# -- 17.1 ------------------------------------------------------------------------------------------


def door(headers, hosts, origins, *, lower=True, first=False, check_host=True, page=None):
    """The right answer, but for what is changed."""
    page = page or (lambda value: value in origins)

    def values(wanted):
        return [v for n, v in headers if (n.lower() if lower else n) == wanted]

    named = values("host" if lower else "Host")
    if not named or (len(named) > 1 and not first):
        return 400
    if check_host and named[0] not in hosts:
        return 403
    for value in values("origin" if lower else "Origin"):
        if not page(value):
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
    """The port was left out. A host of the list with a port is another one than without: compare
    the whole text."""
    bare = [host.partition(":")[0] for host in hosts]
    cut = [(n, v.partition(":")[0] if n.lower() == "host" else v) for n, v in headers]
    return door(cut, bare, origins)


@wrong("17.1")
def null_is_no_page(headers, hosts, origins):
    """The text null was let in. A browser writes it for a page whose origin it does not name, and
    anybody can make such a page: it is an origin that is not in your list."""
    return door(headers, hosts, origins, page=lambda value: value == "null" or value in origins)


@wrong("17.1")
def programs_stay_outside(headers, hosts, origins):
    """A request without Origin was refused. It comes from no page, so there is nobody in whose name
    a page could speak (§10.2)."""
    status = door(headers, hosts, origins)
    pages = [name for name, _ in headers if name.lower() == "origin"]
    return 403 if status == 101 and not pages else status


@wrong("17.1")
def names_as_they_are_written(headers, hosts, origins):
    """A header was not found because its name is written in other letters. Names of headers are
    compared without regard to case: name.lower()."""
    return door(headers, hosts, origins, lower=False)


@wrong("17.1")
def the_first_host(headers, hosts, origins):
    """There were two Hosts, and one of them was looked at. A proxy before you may have looked at
    the other one: refuse both."""
    return door(headers, hosts, origins, first=True)


@wrong("17.1")
def into_a_dictionary(headers, hosts, origins):
    """In a dictionary each name stands once, so of two Hosts one has vanished before you could
    count them. Go through the list of headers itself."""
    return door(list({name.lower(): (name, v) for name, v in headers}.values()), hosts, origins)


@wrong("17.1")
def host_not_looked_at(headers, hosts, origins):
    """Nobody compared Host with the list. A page whose name leads to your address comes with a Host
    of its own."""
    return door(headers, hosts, origins, check_host=False)


@wrong("17.1")
def origin_like_host(headers, hosts, origins):
    """Origin was compared with Host. Whoever owns a name can make both the same, and lead the name
    to your address: compare each with its list."""
    hosts_seen = [value for name, value in headers if name.lower() == "host"]
    same = {f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts_seen}
    return door(
        headers,
        hosts,
        origins,
        check_host=False,
        page=lambda value: value in same or value in origins,
    )


@wrong("17.1")
def origin_begins_well(headers, hosts, origins):
    """An origin that begins like an allowed one was let in. Anybody can register a longer name:
    compare the whole (§10.2)."""
    return door(headers, hosts, origins, page=lambda value: value.startswith(tuple(origins)))


@wrong("17.1")
def origin_ends_well(headers, hosts, origins):
    """An origin that ends like an allowed one was let in. Scheme, host and port have to be equal:
    compare the whole (§10.2)."""
    ends = tuple(origin.partition("://")[2] for origin in origins)
    return door(headers, hosts, origins, page=lambda value: value.endswith(ends))


@wrong("17.1")
def always_403(headers, hosts, origins):
    """A request without exactly one Host is malformed: 400. 403 says that it is well formed, and
    not wanted."""
    return 403 if door(headers, hosts, origins) == 400 else door(headers, hosts, origins)


@wrong("17.1")
def the_first_origin(headers, hosts, origins):
    """One of several Origins decided alone. Each of them has to be allowed."""
    pages = [value for name, value in headers if name.lower() == "origin"]
    return door(headers, hosts, origins, page=lambda _: pages[0] in origins)


# -- 17.2 ------------------------------------------------------------------------------------------


def offer(value, spoken, *, strip=str.strip, decode=None, echo=False, last=False):
    """The right answer, but for what is changed."""
    decode = decode or (lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    chosen = token = None
    for piece in value.split(","):
        name = strip(piece)
        if name.startswith("bearer."):
            token = decode(name[7:])
            if echo and chosen is None:
                chosen = name
        elif name in spoken and (chosen is None or last):
            chosen = name
    return chosen, token


@wrong("17.2")
def the_token_comes_back(value, spoken):
    """The token was chosen as the subprotocol. It would stand in the reply, and in every log of it,
    and the server does not speak it."""
    return offer(value, spoken, echo=True)


@wrong("17.2")
def spaces_kept(value, spoken):
    """There is a space behind the comma, and it became part of the name. strip() takes it off."""
    return offer(value, spoken, strip=lambda piece: piece)


@wrong("17.2")
def the_other_alphabet(value, spoken):
    """Two letters are different in the URL-safe form: - and _ stand where + and / stood, because
    these may not stand in a token of HTTP. Use base64.urlsafe_b64decode."""
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
def token_as_text(value, spoken):
    """The bytes of the token were asked for, and its text came: decode it."""
    return offer(value, spoken, decode=lambda text: text)


@wrong("17.2")
def the_last_that_is_spoken(value, spoken):
    """The last one won. The client lists first what it likes best, so take the first one that you
    speak."""
    return offer(value, spoken, last=True)


@wrong("17.2")
def in_the_servers_order(value, spoken):
    """The order of the server decided. Here the client's order counts: go through the header."""
    offered = [piece.strip() for piece in value.split(",")]
    chosen = next((name for name in spoken if name in offered), None)
    return chosen, offer(value, spoken)[1]


@wrong("17.2")
def whatever_is_offered(value, spoken):
    """A subprotocol was answered that the server does not speak. It answers with one of its own, or
    with none (§4.2.2)."""
    names = [piece.strip() for piece in value.split(",")]
    others = [name for name in names if not name.startswith("bearer.")]
    return (others[0] if others else None), offer(value, spoken)[1]


# -- 17.3 ------------------------------------------------------------------------------------------


def redacted(line, *, secret=("token", "ticket").__contains__, split=str.partition, most=99):
    """The right answer, but for what is changed."""
    method, target, version = line.split(" ")
    path, mark, query = target.partition("?")
    kept = []
    for pair in query.split("&"):
        name, equals, value = split(pair, "=")
        if equals and secret(name) and most:
            value, most = "...", most - 1
        kept.append(name + equals + value)
    return f"{method} {path}{mark}{'&'.join(kept)} {version}"


@wrong("17.3")
def the_whole_query(line):
    """All parameters are gone. The others are worth reading in a log: replace the values of token
    and ticket alone."""
    method, target, version = line.split(" ")
    path, mark, query = target.partition("?")
    return f"{method} {path}{mark}{'...' if query else ''} {version}"


@wrong("17.3")
def the_pair_is_gone(line):
    """The parameter has vanished with its value. A log should say that there was one: keep the
    name, and put ... for the value."""
    method, target, version = line.split(" ")
    path, mark, query = target.partition("?")
    pairs = [pair for pair in query.split("&") if pair.partition("=")[0] not in ("token", "ticket")]
    return f"{method} {path}{mark}{'&'.join(pairs)} {version}"


@wrong("17.3")
def only_the_token(line):
    """The value of ticket is still there."""
    return redacted(line, secret="token".__eq__)


@wrong("17.3")
def only_the_first(line):
    """One secret was replaced, and another one in the same line was not."""
    return redacted(line, most=1)


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
def the_last_equals(line):
    """A value may contain = itself. The name ends at the first one: partition, not rpartition."""
    return redacted(line, split=str.rpartition)


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
    """A ? came into a line that had none."""
    told = redacted(line)
    return told if "?" in line else told.replace(" HTTP", "? HTTP")


# -- 17.4 ------------------------------------------------------------------------------------------


def redeemed(tickets, ticket, good):
    """The user and the tickets left, where ``good`` says until when a ticket is good."""
    user = next((name for text, name, until in tickets if text == ticket and good(until)), None)
    return user, [one for one in tickets if one[0] != ticket]


@wrong("17.4")
def good_for_ever(tickets, ticket, now):
    """The time was not looked at. Whoever finds an old ticket would come in."""
    return redeemed(tickets, ticket, lambda until: True)


@wrong("17.4")
def one_second_too_long(tickets, ticket, now):
    """A ticket is good before the second until, and no longer at it: now < until."""
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
def all_of_this_user(tickets, ticket, now):
    """The user's other tickets are gone as well. Another page of theirs may be about to use one."""
    user, left = redeemed(tickets, ticket, lambda until: now < until)
    return user, [one for one in left if user is None or one[1] != user]


@wrong("17.4")
def yes_or_no(tickets, ticket, now):
    """True says that somebody may come in, and not who. The ticket is bound to a user: return the
    name."""
    user, left = redeemed(tickets, ticket, lambda until: now < until)
    return user is not None, left


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
    """The right answer, but for what is changed."""
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
def no_end(events, seconds, tokens):
    """The time was not looked at. A stranger could hold a place for as long as it likes."""
    return waited(events, seconds, tokens, late=lambda when: False)


@wrong("17.5")
def a_ping_buys_time(events, seconds, tokens):
    """The time began anew with a ping. It counts from the opening of the connection: else a ping
    now and then holds the place for ever."""
    begun = 0
    for when, kind, payload in events:
        if when - begun >= seconds:
            return "1008"
        if kind != "ping":
            return waited([(0, kind, payload)], seconds, tokens)
        begun = when
    return "wait"


@wrong("17.5")
def at_the_very_end(events, seconds, tokens):
    """At the end of the time it is too late: >=, not >."""
    return waited(events, seconds, tokens, late=lambda when: when > seconds)


@wrong("17.5")
def a_second_try(events, seconds, tokens):
    """The first message was wrong, and a later one was taken. The first one decides: whoever may
    guess again guesses until it fits."""
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
    """A binary message was taken. A text was agreed on, and everything else is refused."""
    return waited(events, seconds, tokens, binary=True)


@wrong("17.5")
def silence_is_refused(events, seconds, tokens):
    """Nothing has come yet, and there is still time: wait."""
    return waited(events, seconds, tokens, silent="1008")


@wrong("17.5")
def late_pings_pass(events, seconds, tokens):
    """A ping came after the end of the time, and was passed over. It shows that time is up."""
    return waited([one for one in events if one[1] != "ping"], seconds, tokens)


@wrong("17.5")
def the_name_is_enough(events, seconds, tokens):
    """Somebody said a name, and was believed. A name is no secret: compare with the tokens."""
    users = [user for _, user in tokens]
    for when, kind, payload in events:
        if when < seconds and kind == "text" and payload in users:
            return payload
    return waited(events, seconds, tokens)
