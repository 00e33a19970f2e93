"""The parts that lesson 15's programs are built from: the student's own where they work."""

from wslearn.lessons.lesson_09.parts import Parts

STEPS = {
    "check_reply": "15.2",
    "client_frame": "15.3",
    "inflate": "15.5",
}
"""The parts in the order in which they are written, and the exercise of each."""

parts = Parts(STEPS)
"""The student's function where it has passed its check, ours elsewhere."""
