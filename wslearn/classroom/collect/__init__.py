"""Judging a folder of students' notebooks again: who solved what, by the shipped checkers.

Three kinds of processes take part, and each trusts less than the one before:

``collector``   finds the notebooks, starts a judge for each, and prints what came. It reads no
                notebook itself.
``judge_process``
                reads one notebook, cuts out the answers (``attempts``), and runs the shipped
                checkers. It holds the expected results, and no line of a student's runs in it.
``worker``      runs one answer, in a folder of its own and with limits (``fence``). It is told the
                arguments of one call at a time, and says which plain value came back (``wire``;
                ``remote`` is the judge's side of it).

So an answer can replace every function of its own process and gains nothing: it is judged by the
values that it gives, elsewhere. This is no sandbox. The worker is an ordinary process of the same
user; an answer can use the solutions, which every lesson shows anyway. Whoever does not trust the
students' code runs it all in a container.
"""
