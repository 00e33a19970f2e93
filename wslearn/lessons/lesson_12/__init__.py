"""Lesson 12: A poll for the class."""
