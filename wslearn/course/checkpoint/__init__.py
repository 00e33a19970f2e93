"""``checkpoint``: the same ten ideas before, halfway through and after the course."""
