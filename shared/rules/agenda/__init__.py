"""The parts of `shared/rules/today.py`: each looks at one thing and says who must do what because of it, by when.

`records.py` what goes in and comes out · `people.py` who answers for what · `tasks.py` what the plan asks of others ·
`promises.py` what `fleet.yaml` and tags give an end · `standing.py` what was and was not observed · `tally.py` where
every subject stands.
"""
