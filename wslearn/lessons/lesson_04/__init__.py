"""Lesson 04: How long is the payload?"""
