"""Labs: one custom widget, the bit grid, and everything around it."""
