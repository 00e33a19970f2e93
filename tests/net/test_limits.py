"""Limits that would allow nothing, or that are not numbers, are refused by name."""

import pytest

from wslearn.net.limits import Limits
from wslearn.protocol.errors import InputError


def test_every_default_is_a_limit():
    limits = Limits()
    assert limits.message_size == 2**20
    assert limits.connections == 1000


@pytest.mark.parametrize("name", Limits.__slots__)
@pytest.mark.parametrize("value", [-1, "10", float("nan")])
def test_a_limit_below_0_or_no_number_is_refused(name, value):
    with pytest.raises(InputError, match=f"Expected {name} above 0, got "):
        Limits(**{name: value})


@pytest.mark.parametrize("name", sorted(set(Limits.__slots__) - {"message_size", "ping_seconds"}))
def test_only_two_limits_can_be_left_out(name):
    for value in (0, None):
        with pytest.raises(InputError):
            Limits(**{name: value})
    assert Limits(message_size=None, ping_seconds=None).message_size is None
    assert Limits(message_size=0).message_size == 0
