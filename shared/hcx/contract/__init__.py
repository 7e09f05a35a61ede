"""First contact with a live manager: what it really answers, held against what this project assumes.

Read `walk.py` first: it asks every readable route once and collects the API documents that the manager serves.
`judging.py` says of each answer whether it is as assumed, `openapi.py` and `recognition.py` find the operations in
those documents that the route table only guesses, `redaction.py` takes every value out of what is kept, and
`recording.py` is the file that is left. `confirming.py` says whether such a file shows a changing call to be right.
"""
