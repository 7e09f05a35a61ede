"""Every code that is documented is looked for by a test of the API."""

import ast
from collections.abc import Iterator
from pathlib import Path

from shared.api.problems import Code

HERE = Path(__file__).parent


def test_every_code_has_a_test() -> None:
    """Some test asserts it, or has it among its parameters: what nobody has ever seen is no promise."""
    modules = [ast.parse(file.read_text("utf-8")) for file in sorted(HERE.glob("test_*.py"))]
    seen = {text for module in modules for text in _looked_for(module)}

    assert set(Code) - seen == set()


def _looked_for(module: ast.Module) -> Iterator[str]:
    """The texts in assertions and parameters of tests, and in the constants that these name."""
    for constant in (one for one in module.body if isinstance(one, ast.Assign)):
        yield from _texts(constant)
    for test in (one for one in module.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")):
        asserted = (one for one in ast.walk(test) if isinstance(one, ast.Assert))
        for part in (*test.decorator_list, *asserted):
            yield from _texts(part)


def _texts(part: ast.AST) -> Iterator[str]:
    for one in ast.walk(part):
        match one:
            case ast.Constant(value=str() as text):
                yield text
            case ast.Attribute(value=ast.Name(id="Code"), attr=name):
                yield Code[name].value
            case _:
                pass
