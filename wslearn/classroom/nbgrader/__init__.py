"""The lessons as a course for nbgrader: notebooks whose tasks it can hand out, judge and give back.

nbgrader is no part of this project. What is written here are notebooks with its metadata (schema
3), which its own commands then read.
"""
