"""Lesson 06: One message, many frames."""
