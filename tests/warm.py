"""What most plays import, imported once: a process that is forked from here has it already. See `tests/forked.py`."""

import gc

import function_app
from cli import main
from shared.api import app
from shared.rules.catalogue.reading import catalogue
from tests.api import commanded_host
from tests.app import play
from tests.chaos import world

WARM = (function_app, main, app, catalogue(), commanded_host, play, world)

gc.collect()
gc.freeze()  # what is forked has it already, and need not look at it again
