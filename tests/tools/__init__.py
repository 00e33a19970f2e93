"""Generators, builders and recorders: what writes files of this project. None of them is a test."""
