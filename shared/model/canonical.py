"""Canonical JSON (RFC 8785) of what plans and facts hold, fast enough for plans of thirty thousand tasks.

The library of the RFC needs twenty seconds for the plan of ten thousand private clouds, being pure Python. What our
documents hold has no floating-point number and no key beyond ASCII; for that the standard library's encoder, which is
C, gives the very same bytes in a tenth of the time. A test holds both together over arbitrary documents of that kind,
and another one that no record of a plan has a field for such a number.
"""

import json
from typing import Any


def canonical(document: Any) -> bytes:
    """The one way to write `document`, which must not hold floating-point numbers.

    Raises:
        ValueError: it holds something that is not JSON, or text that is no Unicode (a lone surrogate).
    """
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_refused, allow_nan=False
    ).encode()


def _refused(value: Any) -> Any:
    raise ValueError(f"{type(value).__name__} has no canonical form here")
