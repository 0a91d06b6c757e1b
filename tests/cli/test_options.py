"""Commands besides a sync take the configuration as the tap does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import TapRunner


@pytest.mark.parametrize("command", [["preview", "contacts"], ["plan"]])
def test_a_command_takes_a_file_and_the_environment_laid_over_each_other(tap: TapRunner, command: list[str]) -> None:
    options = tap.write(config=tap.settings(api_key=None))
    lacking = tap.run(*command, *options)
    assert (lacking.code, "`api_key`" in lacking.stderr) == (1, True)
    key = {"TAP_ANALYTICS_API_KEY": str(tap.settings()["api_key"])}
    assert tap.run(*command, *options, "--config", "ENV", environment=key).code == 0
