"""StateLab: two connections in memory, frame by frame, beside their state machines."""
