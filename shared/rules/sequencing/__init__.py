"""The parts of `shared/rules/sequence.py`: the hops of a pairing group in an order that keeps every rule.

`records.py` what goes in and comes out · `measures.py` how far apart things are · `group.py` one pairing group ·
`walk.py` one try · `search.py` which ways to try · `outcome.py` what an order means for each task · `reasons.py` why
there is none.
"""
