"""Lesson 00: the solutions of its exercises, as a student would write them."""
