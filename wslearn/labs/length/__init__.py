"""LengthLab: one number, written in three forms."""
