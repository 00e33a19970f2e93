"""HandshakeLab: from the key to the accept value, and a handshake broken line by line."""
