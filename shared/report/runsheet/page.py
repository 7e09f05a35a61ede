"""A run sheet as one HTML page for A4: no script, no outside address, nothing to load."""

from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template

from shared.report.runsheet.record import RunSheet


def in_html(sheet: RunSheet) -> bytes:
    """The page, in UTF-8."""
    # A lone surrogate in a name from outside must not cost anybody the page.
    return _template().render(sheet=sheet).encode(errors="replace")


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    text = resources.files("shared.report.runsheet").joinpath("runsheet.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
