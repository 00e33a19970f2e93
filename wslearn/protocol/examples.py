"""Values of the RFC's own examples. On a network keys must be random (RFC 6455 §4.1, §5.3)."""

COURSE_KEY = bytes.fromhex("37fa213d")  # the masking-key of “Hello” (RFC 6455 §5.7)
SAMPLE_NONCE = b"the sample nonce"  # what the key of the sample request encodes (RFC 6455 §1.3)
SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
