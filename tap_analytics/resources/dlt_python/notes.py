"""What mending says, and the two things that it does everywhere: rename, and leave out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_analytics.resources.dlt_python.values import Remark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.resources.dlt_python.values import Words


@dataclass
class Notes:
    """Remarks on what was mended."""

    remarks: list[Remark] = field(default_factory=list)

    def say(self, line: int, sentence: str, *, loses: bool = False) -> None:
        """Keep a remark."""
        self.remarks.append(Remark(line, sentence, loses))

    def rename(self, words: Words, names: Mapping[str, str], place: str) -> None:
        """Give keys dlt's names; a key that already has such a name wins."""
        for old, new in names.items():
            if old in words and new not in words:
                words.move(old, new)
                self.say(words.line_of(new), f"`{place}.{old}` is `{new}` in dlt's words")

    def retype(self, words: Words, types: Mapping[str, str], place: str) -> None:
        """Give an object the type that dlt has for it."""
        old = words.get("type")
        new = types.get(old.lower()) if isinstance(old, str) else None
        if new and new != old:
            words.put("type", new)
            self.say(words.line_of("type"), f"`{place}.type` `{old}` is `{new}` in dlt's words")

    def unknown(self, words: Words, key: str, place: str, *, loses: bool) -> None:
        """Leave out a key that dlt does not have."""
        del words[key]
        self.say(
            words.line_of(key), f"`{f'{place}.{key}'.removeprefix('.')}` is no word of dlt; it is left out", loses=loses
        )
