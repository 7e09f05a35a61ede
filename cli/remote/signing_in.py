"""The token that says who calls: from azure-identity, asked for when it is needed, and never shown."""

import logging
from collections.abc import Callable

from cli.edge import ToldError
from cli.exits import Exit
from cli.remote.address import Address

REMEDY = (
    "log in with az login, give this host a managed identity, or set the variables of a service principal that "
    "azure-identity reads"
)


def token_for(address: Address) -> Callable[[], str] | None:
    """What gives a token that counts now; None where the app takes none."""
    if address.audience is None:
        return None
    return _Tokens(f"{address.audience.rstrip('/')}/.default")


class _Tokens:
    """Tokens for one scope; azure-identity keeps one until it is about to end."""

    def __init__(self, scope: str) -> None:
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 -- only who signs in pays for it

        logging.getLogger("azure").addHandler(logging.NullHandler())  # what failed is said once, in our words
        self._scope = scope
        self._credential = DefaultAzureCredential()

    def __call__(self) -> str:
        """A token.

        Raises:
            ToldError: nobody is signed in.
        """
        from azure.core.exceptions import AzureError  # noqa: PLC0415 -- the same

        try:
            return self._credential.get_token(self._scope).token
        except AzureError as error:
            first = str(error.message or error).strip().splitlines()[0]
            told = f"sign-in: there is no token for {self._scope}: {first} ({REMEDY})"
            raise ToldError([told], Exit.SIGN_IN) from None
