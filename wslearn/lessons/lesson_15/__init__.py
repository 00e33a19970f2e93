"""Lesson 15: Your own client, your own socket"""
