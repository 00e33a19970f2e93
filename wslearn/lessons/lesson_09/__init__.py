"""Lesson 09: Build your own server."""
