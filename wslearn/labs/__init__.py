"""Labs: one custom widget, the bit grid, and what stands around it."""
