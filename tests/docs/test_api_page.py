"""docs/api.md and docs/openapi.json are what the app says of itself."""

from shared.api.app import create_api
from shared.api.document import written
from tests.docs.api_page import OPENAPI, PAGE, made, no_ports


def test_the_page_is_what_the_app_says() -> None:
    """Calls, problems and the conversation are those of the app: `python -m tests.docs.write_api_page`."""
    page = PAGE.read_text("utf-8")

    assert page == made(page)
    assert page.count("<!-- made: ") == 3


def test_the_committed_document_is_that_of_the_app() -> None:
    """docs/openapi.json is, byte for byte, what the app describes itself by."""
    assert OPENAPI.read_text("utf-8") == written(create_api(no_ports).openapi())
