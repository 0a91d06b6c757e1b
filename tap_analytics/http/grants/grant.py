"""What every grant of OAuth2 has: which settings it takes, and what it adds to a request for a token."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Self

    from tap_analytics.http.token_answer import TokenAnswer
    from tap_analytics.report.redact import Redactor

CLIENT = ("client_id", "client_secret")


class Grant(ABC):
    """One way to get a token; a subclass is a line in `grants.py`."""

    # Its name in the setting `grant_type`.
    name: ClassVar[str]
    # The settings any of which shows that it is meant where `grant_type` is not set.
    marks: ClassVar[tuple[str, ...]] = ()
    # All settings of credentials that it takes.
    takes: ClassVar[tuple[str, ...]]
    # What it needs, for messages.
    needs: ClassVar[str]

    @classmethod
    @abstractmethod
    def of(cls, config: Mapping[str, Any], redactor: Redactor) -> Self:
        """Return the grant that sound settings describe."""

    @classmethod
    @abstractmethod
    def lacks(cls, config: Mapping[str, Any]) -> list[str]:
        """Return the settings that it needs and that are not there."""

    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterable[str]:  # noqa: ARG003 - the subclass that has rules needs it
        """Return a sentence for each thing that is wrong with its settings, each of which has the right type."""
        return ()

    @classmethod
    def secrets(cls, given: Mapping[str, Any]) -> Iterable[str]:  # noqa: ARG003 - the subclass that has more needs it
        """Return the secrets that stand within its settings; the settings may be wrong."""
        return ()

    @property
    @abstractmethod
    def advice(self) -> str:
        """What to do where the token endpoint refuses it."""

    @property
    def token_url(self) -> str | None:
        """Where its credentials say that tokens are asked for, None where they do not say it."""
        return None

    def turn(self) -> AbstractContextManager[None]:
        """Return what is entered before a token is asked for, and left when its answer is kept."""
        return nullcontext()

    @abstractmethod
    def fields(self, token_url: str) -> Iterator[tuple[str, str]]:
        """Give what it adds to the body of a request for a token."""

    def keep(self, answer: TokenAnswer) -> None:  # noqa: B027 - most grants have nothing to keep
        """Keep what the answer says for the next request."""
