"""The class, live: who is stuck, what they think, and one word to all of them.

::

    phone ─── HTTP ──────── class_pages ──┐
    notebook ─ WebSocket ─┐               ├── events ── ledger (memory, a file, or Redis)
    phone ──── WebSocket ─┼─ class_sockets┘                │ in one order
    desk, big screen ─────┘       ▲                       hour ── class_views
                                  └──── hub ◄── news ──────┘

``asked``          a question as a class is asked it: choices, numbers, bytes, a bit, free text
``hour``           what has happened so far: people, tasks, votes, nudges. No network, no web, no
                   clock
``ledger``         keeps what happened in order, in memory or in a file
``redis_ledger``   the same for more than one process
``class_views``    what each screen shows of it: students, the big screen, the desk; and as CSV
``class_sockets``  the WebSocket endpoint
``class_pages``    the Flask application
``class_server``   all of it on one port
``membership``     ``ws.join``: a student's notebook takes part

The gate, the front door, the hub and the server below are those of the poll that lesson 12 takes
apart. What it needs beyond the course's own packages: ``pip install 'wslearn[poll]'``.
"""
