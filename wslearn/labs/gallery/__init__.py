"""GalleryLab: every way a frame can be wrong, and what real programs made of it."""
