"""Every verb of the command line is known for an app elsewhere, one way or the other."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from cli.edge import WrongUseError
from cli.endpoint import Endpoint
from cli.main import LOCAL_FILES, app
from cli.remote.verbs import HERE_ALONE, VERBS, carried_out

NOBODY = Endpoint(url="http://127.0.0.1:1", audience=None)


def commands() -> dict[str, Any]:
    """Every verb as people type it."""
    return dict(_under(get_command(app), ""))


def _under(group: Any, before: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        verb = f"{before} {name}".strip()
        if not isinstance(command, TyperGroup):
            yield verb, command
            continue
        if command.invoke_without_command:
            yield verb, command
        yield from _under(command, verb)


def test_no_verb_is_left_out() -> None:
    """Each one calls the app, or says why it does not, or needs nothing but a file; and never two of these."""
    known = [*VERBS, *HERE_ALONE, *LOCAL_FILES]

    assert sorted(known) == sorted(commands())


@pytest.mark.parametrize("verb", sorted(HERE_ALONE))
def test_a_verb_of_this_machine_says_so(verb: str) -> None:
    """In one line, and nothing is called."""
    with pytest.raises(WrongUseError) as caught:
        carried_out(verb, NOBODY, {})

    (line,) = caught.value.problems
    assert line.startswith(f"{verb} ")
    assert "leave out --endpoint" in line


OPTIONS = sorted((verb, name) for verb, known in VERBS.items() for name in known.without)


@pytest.mark.parametrize(("verb", "name"), OPTIONS)
def test_an_option_that_does_not_count_is_refused(verb: str, name: str) -> None:
    """It is one of that verb, and is never passed over."""
    option = VERBS[verb].without[name]
    param = next(one for one in commands()[verb].params if one.name == name)
    with pytest.raises(WrongUseError, match=option):
        carried_out(verb, NOBODY, {name: "given"})

    assert option in param.opts
