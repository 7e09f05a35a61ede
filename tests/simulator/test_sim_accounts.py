"""Sessions, passwords and accounts that lock."""

from collections.abc import Callable
from datetime import timedelta

from simulator.visitor import Visitor

STATUS = "/components/appengine/status"
WRONG = "not it"
SHARED = "fleet-admin"


def account(world: Visitor, secret: str) -> dict[str, object]:
    """What the truth says of one account."""
    found: dict[str, object] = next(each for each in world.truth()["logins"] if each["secret"] == secret)
    return found


def test_the_published_password_logs_in(pair: Visitor) -> None:
    """The right password gives a token in the header, and the token opens the other routes."""
    con = pair.manager("con-lyon")

    answer = con.login()

    assert (answer.status_code, bool(con.token)) == (200, True)
    assert con.service("GET", "/cloudConfigs").status_code == 200


def test_without_a_session_there_is_nothing(pair: Visitor) -> None:
    """No token, or one that nobody gave out, is answered 401 in JSON and is no failed log-in."""
    con = pair.manager("con-lyon")
    without = con.service("GET", "/cloudConfigs")
    con.token = WRONG

    made_up = con.service("GET", "/cloudConfigs")

    assert (without.status_code, made_up.status_code) == (401, 401)
    assert without.headers["content-type"] == "application/json"
    assert account(pair, "con-lyon-hcx")["failed"] == 0


def test_a_wrong_password_is_counted(pair: Visitor) -> None:
    """A wrong password is answered 401 in JSON and counted."""
    answer = pair.manager("con-lyon").login(password=WRONG)

    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/json")
    assert account(pair, "con-lyon-hcx") == {"secret": "con-lyon-hcx", "failed": 1, "succeeded": 0, "locked": False}


def test_an_account_locks(pair: Visitor) -> None:
    """After five failed log-ins the account is locked, and the right password is refused as well."""
    con = pair.manager("con-lyon")
    for _ in range(5):
        con.login(password=WRONG)

    answer = con.login()

    assert answer.status_code == 401
    assert account(pair, "con-lyon-hcx")["locked"] is True


def test_the_appliance_port_counts_as_well(pair: Visitor) -> None:
    """A wrong password in HTTP Basic is a failed log-in; a call without credentials is none."""
    wrong, nobody = (pair.manager("con-lyon", appliance_secret=name) for name in ("con-lyon-hcx", "no such secret"))

    answers = [each.appliance("GET", STATUS).status_code for each in (wrong, nobody)]

    assert answers == [401, 401]
    assert account(pair, "con-lyon-admin")["failed"] == 1


def test_a_stale_secret_is_refused(serve: Callable[[str], Visitor]) -> None:
    """The published password of a stale secret is wrong, and its account locks after the tries the file says."""
    world = serve("""
clouds: [{name: pc, subscription: sub-a, hcx: "4.11.4"}]
accounts: [{secret: hcx-pc, stale: true, lockAfter: 2}]
""")
    cloud = world.manager("pc")

    answers = [cloud.login().status_code for _ in range(2)]

    assert answers == [401, 401]
    assert account(world, "hcx-pc") == {"secret": "hcx-pc", "failed": 2, "succeeded": 0, "locked": True}


def test_managers_can_share_an_account(serve: Callable[[str], Visitor]) -> None:
    """Managers that name the same secret have one password, and one lock."""
    world = serve("""
connectors:
  - {name: con-a, hcx: "4.11.4", credentials: fleet-admin}
  - {name: con-b, hcx: "4.11.4", credentials: fleet-admin}
accounts: [{secret: fleet-admin, username: svc-hcx@corp.example, lockAfter: 1}]
""")
    first, second = (world.manager(name, SHARED) for name in ("con-a", "con-b"))

    good, bad, locked = first.login(), first.login(password=WRONG), second.login()

    assert [each.status_code for each in (good, bad, locked)] == [200, 401, 401]
    assert world.secrets[SHARED]["username"] == "svc-hcx@corp.example"


def test_an_idle_session_ends(pair: Visitor) -> None:
    """A session that is used goes on; after more than half an hour of world time without use it is answered 401."""
    con = pair.manager("con-lyon")
    con.login()
    answers = []
    for minutes in (29, 29, 31):
        pair.advance(timedelta(minutes=minutes))
        answers.append(con.service("GET", "/cloudConfigs").status_code)

    assert answers == [200, 200, 401]


def test_a_manager_can_keep_its_appliance_port_to_itself(serve: Callable[[str], Visitor]) -> None:
    """Where nobody gave us the account for port 9443 no password works, and none is published."""
    world = serve('clouds: [{name: pc, subscription: sub-a, hcx: "4.11.4"}]')

    answer = world.manager("pc", None, "hcx-pc").appliance("GET", STATUS)

    assert answer.status_code == 401
    assert set(world.secrets) == {"hcx-pc"}
