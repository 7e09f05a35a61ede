"""When work may go on: windows, freezes and maintenances as openings.

`windows.py` recurrences · `closed_times.py` what is closed · `stretches.py` joining and cutting · `calendars.py` the
openings of a task · `openings.py` whether work fits · `window_now.py` the same in the middle of a run · `wall_time.py`
and `waiting_time.py` the words for it.
"""
