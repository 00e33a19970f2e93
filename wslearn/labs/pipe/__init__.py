"""PipeLab: two ends, their buffers and the pipe between them, and bytes that pile up."""
