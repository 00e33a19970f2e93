"""Lesson 02: How does HTTP become a WebSocket?"""
