"""`python -m cli`: the same as `bin/hcx-fleet`."""

from cli.main import hcx_fleet

if __name__ == "__main__":
    hcx_fleet()
