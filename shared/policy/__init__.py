"""The reviewed files of the owner: `fleet.yaml` and the confirmations, read strictly and turned into plain records.

`marked_yaml.py` knows YAML and lines; `edge.py`, `edge_time.py` and `fleet_file.py` with the files it imports know the
shape, each with the records that it becomes; `contradictions/` knows what several fields together can get wrong.
`reading.py` joins them into errors that name file, line and field; `policy.py` and `confirmations.py` make the records
that everything else works with. Nothing here knows what time it is but `lint.py`, which says what has ended.
"""

from shared.policy.files import FileConfiguration
from shared.policy.problems import PolicyInvalidError

__all__ = ["FileConfiguration", "PolicyInvalidError"]
