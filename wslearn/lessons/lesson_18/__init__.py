"""Lesson 18: Too fast, too many"""
