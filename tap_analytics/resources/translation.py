"""What came of a configuration that is translated to settings of the tap."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Translation:
    """A configuration in dlt's shape as settings of the tap, with a sentence for each fault, remark and warning.

    A remark is said of what is taken although it means something else here, a warning of a key that dlt does not have
    either. `secrets` are values of the environment that stand in it.
    """

    settings: dict[str, Any]
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list, repr=False)
