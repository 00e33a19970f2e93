"""What an instructor makes of the course: collected answers, slides, a handout."""
