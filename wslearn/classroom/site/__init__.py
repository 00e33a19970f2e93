"""The course as plain files: Python runs in the reader's browser, and nothing is installed."""
