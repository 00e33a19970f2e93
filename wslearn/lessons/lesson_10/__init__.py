"""Lesson 10: Fewer bytes."""
