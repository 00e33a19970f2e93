"""Cases that judge any endpoint, in any language: what is sent to it, and what it may answer.

``case`` says what a case is, ``catalogue`` has them all, ``server_run`` puts them to a server over
TCP and ``client_run`` to a client, ``findings`` decides. Lesson 09 puts the faulty frames and
Autobahn's cases to a student's server, too.
"""
