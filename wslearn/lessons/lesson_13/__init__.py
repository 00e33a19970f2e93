"""Lesson 13: The notebook you are reading."""
