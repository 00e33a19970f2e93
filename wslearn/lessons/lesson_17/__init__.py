"""Lesson 17: Who may come in?"""
