"""Lesson 08: Sixty lines that almost work."""
