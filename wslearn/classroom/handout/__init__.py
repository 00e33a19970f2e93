"""The course on paper: tasks with room for answers, and the key, as PDF in black and white.

``reportlab`` makes the PDF: it keeps a task on one page, and is maintained and free (BSD). The type
is DejaVu, which matplotlib brings along, so that a handout looks the same on every machine.
"""
