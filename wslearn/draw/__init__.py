"""Pictures of frames: text, HTML, SVG and figures, all from one list of fields."""
