"""Lesson 05: Why do clients mask?"""
