"""Lesson 07: How do we say goodbye?"""
