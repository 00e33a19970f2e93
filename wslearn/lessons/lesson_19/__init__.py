"""Lesson 19: What rides on it, and what it rides on?"""
