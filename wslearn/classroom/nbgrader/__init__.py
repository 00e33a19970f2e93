"""The lessons as a course for nbgrader: notebooks whose tasks it can hand out, judge and give back.

nbgrader is not part of this project. This writes notebooks with its metadata (schema 3), which its
own commands then read.
"""
