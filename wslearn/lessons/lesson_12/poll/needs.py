"""What the poll needs beyond the course's own packages (``pip install 'wslearn[poll]'``)."""

NEEDS = ("flask", "uvicorn", "websockets", "a2wsgi", "segno")
