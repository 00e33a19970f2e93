"""Lesson 16: Why did it close?"""
