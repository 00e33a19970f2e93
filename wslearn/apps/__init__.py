"""What the command line and the lessons run: the course itself, the dissector, small servers."""
