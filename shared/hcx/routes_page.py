"""The page docs/hcx-routes.md: `python -m shared.hcx.routes_page > docs/hcx-routes.md` writes it."""

import sys

from shared.hcx.routes import ROUTES, Effect, Port, Route

_HEAD = """\
# HCX routes

Every HCX call that hcx-fleet can make, with what it rests on. The transport sends nothing that is not one of these
rows, and a report says how many of a run's calls rested on what.

- **effect**: `read` changes nothing, `session` opens a session, `mutate` changes the manager or a mesh.
- **confidence**: `documented` by the vendor; `seen` in public code or field notes of live systems; `inferred`: nothing
  public shows it, it is proposed after its neighbours.
- **port**: `service` is 443 with a session, `appliance` is 9443 with the appliance's own account.

Written from `shared/hcx/routes.py` by `python -m shared.hcx.routes_page`.
"""

_COLUMNS = (
    "| id | API | port | call | effect | confidence | source | body and answer |\n|---|---|---|---|---|---|---|---|"
)

_CONFIRMING = """\
## Confirming a route that changes something

As delivered no row with the effect `mutate` is confirmed, so none is ever sent. A confirmation says that somebody has
shown a route to be right: for one API generation, for one certificate, and as one call. The call is what the manager's
own API document shows, and it is sent so, whatever the table above guesses; `{mesh}` and `{appliance}` stand for ids.
`hcx-fleet confirm` makes one from a recording of those documents, as [first contact](first-contact.md) explains:

    entries:
      - route: upgrade-appliance
        generation: 4.x
        call: POST /hybridity/api/interconnect/serviceMesh/{mesh}/appliances/upgrade
        apiVersion: "1.0"       # of that document, where it says one
        trust: 3f:…             # SHA-256, as below
        evidence: the API document of con-lyon, recorded on 2026-11-20
        author: avs-platform@contoso.example
        confirmedOn: 2026-11-24

The certificate is known by the SHA-256 of the authority's certificate or of the manager's own one:

    openssl x509 -in ca.pem -noout -fingerprint -sha256

A manager that is verified against the authorities of the operating system cannot be confirmed: name its authority as
`ca`, or pin its certificate as `thumbprint`. Where a bundle holds several authorities, the change trusts only those
that it is confirmed for. [Decision 0005](decisions/0005-confirmation-rule.md) says why.

## Correcting a route that reads

`HCX_FLEET_ROUTES` names a file that says where a read is at your managers, if not where the table has it. It can
correct the call of a row with the effect `read`, for one generation, and nothing else; a corrected call must be a GET
without an action, or end in `/query`, `/list` or `?action=query…`. Its calls count as `inferred`. All errors are said
at once, and while there are any, no manager is asked anything:

    routes:
      - id: hcx-tasks
        generation: 4.x
        call: POST /hybridity/api/interconnect/tasks/query
        reason: the API document of con-lyon shows it
        author: avs-platform@contoso.example
        correctedOn: 2026-11-24
"""


def routes_page() -> str:
    """The page."""
    rows = "\n".join([_COLUMNS, *map(_row, ROUTES)])
    return f"{_HEAD}\n{rows}\n\n{_CONFIRMING}"


def _row(row: Route) -> str:
    call = f"`{row.call}`"
    effect = f"**{row.effect.value}**" if row.effect is Effect.MUTATE else row.effect.value
    port = {Port.SERVICE: "service", Port.APPLIANCE: "appliance"}[row.port]
    cells = (f"`{row.id}`", ", ".join(row.generations), port, call, effect, row.confidence.value, row.source, row.body)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(routes_page())
