"""Lesson 14: How fast can it go?"""
