"""Where things lie in a checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout: the app that the embedded host loads, and where the simulator is started."""

DEMO_WORLD = ROOT / "examples" / "demo" / "world.yaml"
"""The world that `hcx-fleet demo` shows when none is named."""
