"""The class poll: a Flask application whose votes are on every screen at once.

::

    browser ── HTTP ──────── pages ──┐
                                     ├── messages ── room
    browser ── WebSocket ── sockets ─┘                 │
               every screen ◄──── hub ◄── news ────────┘

``names``       which two spellings are one name, and what text may be shown
``room``        who is here, what is asked, who voted for what: no network, no web, no clock
``speech``    what a browser may say, as JSON, and what it hears when that is not right
``gate``        who may come in: Host, Origin, cookies, the join code, and how much a client may say
``front_door``  how long a connection may be silent, and how many there may be
``hub``         what each connected browser still has to hear, with a bound on all of it
``pages``       the Flask application: log in, the poll, the instructor's page
``sockets``     the WebSocket endpoint
``server``      both on one port, in one process, also on a thread of a notebook
``needs``       the packages that all of this needs
``notebook``    the same from a notebook, for lesson 12

A whole class (:mod:`wslearn.classroom.live`) is built on the same gate, door, hub and server.

What it needs beyond the course's own packages: ``pip install 'wslearn[poll]'``.
"""
