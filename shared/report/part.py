"""What every part of a document that programs read has in common."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Part(BaseModel):
    """Keys in camel case; times in UTC with a `Z`, as pydantic writes them."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, use_attribute_docstrings=True
    )


def seconds(span: timedelta | None) -> float | None:
    """A span as documents have it; null where there is none."""
    return None if span is None else span.total_seconds()
