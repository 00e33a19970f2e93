"""TapLab: the frames of live connections as they pass."""
