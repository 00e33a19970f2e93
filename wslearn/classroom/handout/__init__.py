"""The course on paper: tasks with room for answers, and the key, as PDF in black and white.

What stands on a page is plain data (``sheets``), how it looks is one template (``handout.typ``),
and ``typst`` makes the PDF of both: tagged after PDF/UA-1, so that a screen reader finds headings,
lists and tables and reads every frame in words. The type is DejaVu, which matplotlib brings along,
so that a handout looks the same on every machine.
"""
