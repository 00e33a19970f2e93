"""MaskLab: the XOR step by step, and the attack it prevents."""
