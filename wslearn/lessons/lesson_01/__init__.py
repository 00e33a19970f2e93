"""Lesson 01: What is a bit on the wire?"""
