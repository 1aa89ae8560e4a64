"""What comes out of a backend is told in words, also where it has none."""

from __future__ import annotations

import pytest

from conformance.contract.connection import EscapedFault
from conformance.hosting.guard import call_backend


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotImplementedError(), "cancel raised NotImplementedError; only "),
        (KeyboardInterrupt(), "cancel raised KeyboardInterrupt; only "),
        (KeyError(3), "cancel raised KeyError: 3; only "),
    ],
)
def test_an_exception_without_words_is_told_by_its_name(error: BaseException, said: str) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(EscapedFault) as caught:
        call_backend("cancel", fail)

    assert str(caught.value).startswith(said)
