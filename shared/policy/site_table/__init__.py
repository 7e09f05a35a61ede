"""The sites of `fleet.yaml` as a table for people who keep them in a spreadsheet, and back.

`fleet.yaml` is the truth and the table a view of it: `entries.py` makes the rows, with what was observed from
`observed.py`; `exporting.py` writes them and keeps the user's own columns. `sheet.py` reads what a spreadsheet program
saved, `matching.py` finds the manager of each row, `changing.py` says what the file should hold then, and
`yaml_edit.py` beside this folder changes its text there and nowhere else. Everything here is a function of its
arguments; files are read and written by `cli/sites.py`.
"""
