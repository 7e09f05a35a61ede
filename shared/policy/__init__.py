"""The reviewed files of the owner: `fleet.yaml` and the confirmations, read strictly and turned into plain records.

`marked_yaml.py` knows YAML and lines, `edge.py` and `fleet_file.py` the shape, `reading.py` joins both into errors that
name file, line and field; `policy.py` and `confirmations.py` make the records that everything else works with.
"""

from shared.policy.files import FileConfiguration
from shared.policy.problems import PolicyInvalidError

__all__ = ["FileConfiguration", "PolicyInvalidError"]
