"""What people bring: dumps, literals, lists, base64 and logs, read as the bytes they stand for."""
