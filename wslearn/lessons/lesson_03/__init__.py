"""Lesson 03: What does a frame say?"""
