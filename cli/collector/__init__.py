"""The collector reads one site's managers from a jump host, for sites that Azure cannot reach, and writes what it saw.

It runs as `hcx-fleet collect`, and as one file that needs nothing but Python (`make collector`), so nothing in here may
import what is not pure Python; an import contract says so. Read `front.py` first, then `gather.py`.
"""
