"""Values of single fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Get


def test_some_fields_are_null_and_decimals_have_two_places(get: Get) -> None:
    text = get("deals", limit=500).text
    assert '"lead_source":null' in text
    assert re.search(r'"amount":\d+\.\d0,', text)
