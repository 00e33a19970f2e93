"""Lesson 17: the solutions of its exercises, as a student would write them."""

import base64


def at_the_door(headers, hosts, origins):
    named = [value for name, value in headers if name.lower() == "host"]
    if len(named) != 1:
        return 400
    if named[0] not in hosts:
        return 403
    for name, value in headers:
        if name.lower() == "origin" and value not in origins:
            return 403
    return 101


def read_offer(value, spoken):
    chosen = None
    token = None
    for piece in value.split(","):
        offered = piece.strip()
        if offered.startswith("bearer."):
            text = offered[7:]
            token = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        elif offered in spoken and chosen is None:
            chosen = offered
    return chosen, token


def redact(line):
    method, target, version = line.split(" ")
    path, mark, query = target.partition("?")
    kept = []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if equals and name in ("token", "ticket"):
            value = "..."
        kept.append(name + equals + value)
    return method + " " + path + mark + "&".join(kept) + " " + version


def redeem(tickets, ticket, now):
    user = None
    left = []
    for text, name, until in tickets:
        if text != ticket:
            left.append((text, name, until))
        elif now < until:
            user = name
    return user, left


def first_message(events, seconds, tokens):
    for when, kind, payload in events:
        if when >= seconds:
            return "1008"
        if kind == "text":
            for token, user in tokens:
                if payload == token:
                    return user
            return "1008"
        if kind == "binary":
            return "1008"
    return "wait"
