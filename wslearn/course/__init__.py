"""The course: exercises that are checked, hints, quizzes, and the check of the set-up."""
