"""FrameLab: build, paste, flip, judge and mend a frame."""
