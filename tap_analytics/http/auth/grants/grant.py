"""What every grant of OAuth2 has: which settings it takes, and what it adds to a request for a token."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Self

    from tap_analytics.http.auth.token_answer import TokenAnswer
    from tap_analytics.http.auth.tokens import Token
    from tap_analytics.report.redaction.redact import Redactor

CLIENT = ("client_id", "client_secret")


class Grant(ABC):
    """One way to get a token; a subclass is a line in `grants.py`."""

    # Its name in the setting `grant_type`.
    name: ClassVar[str]
    # Without a `grant_type`, any of these settings chooses the grant.
    marks: ClassVar[tuple[str, ...]] = ()
    # All settings of credentials that it takes.
    takes: ClassVar[tuple[str, ...]]
    # Whether it signs tokens itself.
    signs: ClassVar[bool] = False
    # What it needs, for messages.
    needs: ClassVar[str]

    @classmethod
    @abstractmethod
    def of(cls, config: Mapping[str, Any], redactor: Redactor) -> Self:
        """Return the grant that sound settings describe."""

    @classmethod
    @abstractmethod
    def lacks(cls, config: Mapping[str, Any]) -> list[str]:
        """Return the settings that it needs and that are not set."""

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
        """What to do if the token endpoint refuses the grant."""

    @property
    def token_url(self) -> str | None:
        """The URL of the token endpoint that its credentials name; None if they name none."""
        return None

    def own_token(self) -> Token | None:
        """Return a token that it makes itself; None where the token endpoint gives them."""
        return None

    def turn(self) -> AbstractContextManager[None]:
        """Return a context that lasts from before a request for a token until its answer is kept."""
        return nullcontext()

    @abstractmethod
    def fields(self, token_url: str) -> Iterator[tuple[str, str]]:
        """Give what it adds to the body of a request for a token."""

    def keep(self, answer: TokenAnswer) -> None:  # noqa: B027 - most grants have nothing to keep
        """Keep what the next request needs of the answer, such as a new refresh token."""
