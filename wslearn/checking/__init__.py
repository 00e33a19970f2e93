"""The engine that judges an answer to an exercise. It is given the exercise; it knows no lesson."""
