"""Lesson 11: What attackers send."""
