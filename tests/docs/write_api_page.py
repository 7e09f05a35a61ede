"""Makes the parts of docs/api.md that come from the app anew, and docs/openapi.json: to be reviewed before a commit.

python -m tests.docs.write_api_page
"""

from shared.api.app import create_api
from shared.api.document import written
from tests.docs.api_page import OPENAPI, PAGE, made, no_ports

if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text("utf-8")), "utf-8")
    OPENAPI.write_text(written(create_api(no_ports).openapi()), "utf-8")
