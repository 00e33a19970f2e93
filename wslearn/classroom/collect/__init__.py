"""Judging a folder of students' notebooks again, by the shipped checkers, and handing back.

What comes in is read by ``folder`` (whose files), ``notebook_file`` (the cells), ``plain_python``
(a cell without magics), ``checked`` (the checks in it) and ``attempts`` (the lines that an answer
needs). What goes out is written by ``report``, ``exports`` and ``student_page``, with ``due`` and
``roster``.

Four kinds of processes take part, and each is trusted less than the one before:

``collector``   has every notebook read and every answer judged, by the judges (``judges``), and
                gathers what they say. It reads no notebook itself.
``judge_process``
                reads notebooks and runs the shipped checkers. It holds the expected results, and no
                line of a student's runs in it. It lives as long as there is work.
``nursery``     has Python loaded, and is copied for each answer (``births``). It holds nothing that
                an answer must not see (``lent``).
``worker``      runs one answer, in a folder of its own and with limits (``fence``,
                ``system_calls``). It is told the arguments of one call at a time, and says which
                plain value came back (``wire``; ``remote`` is the judge's side of it).

So an answer can replace every function of its own process and gains nothing: it is judged
elsewhere, by the values that it gives. This is not a sandbox, unless ``sandbox`` puts one around
it: the worker is an ordinary process of the same user, and can read what the user can.
"""
