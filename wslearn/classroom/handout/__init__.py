"""The course on paper: tasks with room for answers, and the key, as PDF in black and white.

What is on a page is plain data (``sheets``), how it looks is one template (``handout.typ``), and
``typst`` makes the PDF from both: tagged according to PDF/UA-1, so that a screen reader finds
headings, lists and tables and reads every frame in words. The typeface is DejaVu, which comes with
matplotlib, so that a handout looks the same on every machine.
"""
