"""Cases that judge any endpoint, in any language: what is sent to it, and what it may answer.

``case`` says what a case is, ``catalogue`` has them all, ``server_run`` puts them to a server over
TCP, ``findings`` decides. Lessons 08 and 09 put the same cases to the servers of students.
"""
