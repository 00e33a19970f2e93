"""A dissection as plain data, for programs: what ``wslearn dissect --json`` prints."""

from typing import Any

from wslearn.protocol.dissection import Dissection
from wslearn.protocol.in_words import verdict


def as_data(dissection: Dissection) -> dict[str, Any]:
    """Everything a dissection says, as a dictionary of strings, numbers, lists and None.

    Bytes are hex strings; ``start`` and ``width`` are in bits from the first bit of the frame.

    >>> from wslearn.protocol.dissect import dissect
    >>> as_data(dissect("81 05 48656c6c6f", "server"))["violations"][0]["rule"]
    'mask-missing'
    """
    judged = verdict(dissection)
    return {
        "data": dissection.data.hex(),
        "receiver": dissection.receiver,
        "extensions": list(dissection.extensions),
        "complete": dissection.complete,
        "outcome": judged.outcome,
        "verdict": str(judged),
        "close_code": dissection.close_code and int(dissection.close_code),
        "length": dissection.length,
        "missing": dissection.missing,
        "mask_key": dissection.mask_key and dissection.mask_key.hex(),
        "payload": dissection.payload.hex(),
        "fields": [
            {
                "name": field.name,
                "start": field.start,
                "width": field.width,
                "value": field.value.hex() if isinstance(field.value, bytes) else field.value,
                "shown": field.shown,
                "meaning": field.meaning,
                "section": field.section,
            }
            for field in dissection.fields
        ],
        "violations": [
            {
                "rule": violation.rule.id,
                "source": violation.rule.source,
                "sentence": violation.rule.sentence,
                "start": violation.start,
                "width": violation.width,
                "where": violation.where,
                "expected": violation.expected,
                "got": violation.came,
                "close_code": violation.close_code and int(violation.close_code),
            }
            for violation in dissection.violations
        ],
        "problem": dissection.problem,
    }
