"""What passed on a connection, kept: taps, captures, journals, and the messages in them."""
