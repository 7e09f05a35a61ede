"""Lists of Azure Resource Manager, page after page to an end."""

from typing import Any

PAGES_MAX = 1000


class EndlessListError(Exception):
    """A list that leads back to where it was, or goes on beyond every measure."""


def every_item(listed: Any) -> list[Any]:
    """All items of a list as the client gives it.

    Raises:
        EndlessListError: it has no end. What was read of it is not all, so it is not given.
    """
    pages = listed.by_page()
    found: list[Any] = []
    links = set[str]()
    for page in pages:
        found += page
        if pages.continuation_token in links:
            raise EndlessListError("the list leads back to a page that was read already")
        if len(links) == PAGES_MAX:
            raise EndlessListError(f"the list goes on after {PAGES_MAX} pages")
        links.add(pages.continuation_token)
    return found
