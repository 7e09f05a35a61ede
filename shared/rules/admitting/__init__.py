"""The parts of `shared/rules/rollout.py`: who may start when.

`task_book.py` the tasks and their ends · `wave_state.py` where a wave is · `limits.py` places, budgets and networks ·
`ready.py` queues of what may go · `standing.py` what each task waits for · `held_back.py` the words for it.
"""
