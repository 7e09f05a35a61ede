"""Log-ins: shared, renewed once, and never tried again after a refusal."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest

from shared.hcx.adapter import HcxAdapter
from shared.model.acts import ApplianceWanted
from shared.model.codec import to_json_text
from shared.model.facts import Gap, GapReason, ManagerFacts
from shared.model.inventory import Manager
from shared.model.ledger import BreakerAnswer
from shared.model.ne_mode import ApplianceMode
from shared.model.secret import Account
from tests.builders.sending import at_once
from tests.hcx.hcx_peer import (
    API,
    LOGIN,
    SUPPORT,
    TASKS,
    TOKEN,
    Answer,
    Answers,
    Got,
    Raw,
    Reply,
    healthy,
    of_version,
    said,
    xml,
)
from tests.hcx.hcx_site import ADMIN_PASSWORD, PASSWORD, Drawer, Site, account

BAD = said({"success": False, "errors": [{"text": "invalid credentials"}]}, 401)
COMPONENT = "GET /components/planengine/status"


def _gap(facts: ManagerFacts, section: str = "identity") -> Gap:
    found = facts.gap(section)
    assert found is not None
    return found


def _together(adapters: list[HcxAdapter], managers: list[Manager]) -> list[ManagerFacts]:
    """Facts of all managers, every pass begun in the same moment."""
    start = Barrier(len(managers))

    def one(adapter: HcxAdapter, manager: Manager) -> ManagerFacts:
        start.wait()
        return adapter.facts(manager)

    with ThreadPoolExecutor(len(managers)) as pool:
        return list(pool.map(one, adapters, managers))


class Tokens:
    """A manager's sessions: every log-in gives out a new token, and only the newest one counts."""

    def __init__(self) -> None:
        self.given = 0
        self._lock = Lock()

    def login(self, _: Got) -> Answer:
        """Give out a token."""
        with self._lock:
            self.given += 1
        return said({}, headers={"x-hm-authorization": f"{TOKEN}-{self.given}"})

    def run_out(self) -> None:
        """Forget the newest token without giving out another."""
        self.given += 1

    def guarded(self, answers: Answers) -> dict[str, Answer | Callable[[Got], Answer]]:
        """The same answers, but for the newest token only."""
        kept = {call: answer for call, answer in answers.items() if API in call and "endpointInfo" not in call}
        return {**answers, **{call: self._guard(answer) for call, answer in kept.items()}, LOGIN: self.login}

    def _guard(self, answer: Answer | Callable[[Got], Answer]) -> Callable[[Got], Answer]:
        def guarded(got: Got) -> Answer:
            if got.headers.get("x-hm-authorization") != f"{TOKEN}-{self.given}":
                return Reply(401)
            return answer(got) if callable(answer) else answer

        return guarded


# --- the breaker ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_login_is_never_repeated(site: Site, status: int) -> None:
    """One failed log-in, then the breaker is open for this adapter, another one, and the next process."""
    peer = site.peer({**healthy(), LOGIN: said({}, status)})
    manager = site.manager(peer)
    adapter = site.adapter()

    gaps = [_gap(one.facts(manager)) for one in (adapter, adapter, site.adapter())]

    assert [gap.reason for gap in gaps] == [
        GapReason.LOGIN_REFUSED,
        GapReason.BREAKER_OPEN,
        GapReason.BREAKER_OPEN,
    ]
    assert peer.count(LOGIN) == 1
    assert all("new version of secret lyon" in gap.remedy for gap in gaps)


def test_a_new_secret_version_closes_the_breaker(site: Site) -> None:
    """The right password in a new version is tried, and the manager is observed."""
    peer = site.peer({**healthy(), LOGIN: _password_is("right")})
    adapter, manager = site.adapter(), site.manager(peer)
    adapter.facts(manager)

    site.secrets.accounts["lyon"] = account("lyon", "right", "2")

    assert adapter.facts(manager).identity is not None
    assert peer.count(LOGIN) == 2


def _password_is(right: str) -> Callable[[Got], Answer]:
    def login(got: Got) -> Answer:
        if f'"password":"{right}"'.encode() in got.body:
            return said({}, headers={"x-hm-authorization": TOKEN})
        return BAD

    return login


def test_twenty_callers_of_two_adapters_fail_once(site: Site) -> None:
    """Twenty managers with one stale account, observed at the same time by two adapters over one store."""
    peers = [site.peer({**healthy(), LOGIN: BAD}) for _ in range(20)]
    first, second = site.adapter(), site.adapter()

    facts = _together([first, second] * 10, [site.manager(peer, admin=False) for peer in peers])

    assert sum(peer.count(LOGIN) for peer in peers) == 1
    reasons = [_gap(one).reason for one in facts]
    assert reasons.count(GapReason.LOGIN_REFUSED) == 1
    assert set(reasons) <= {GapReason.LOGIN_REFUSED, GapReason.BREAKER_OPEN, GapReason.NOT_YET}


def test_callers_for_one_manager_share_one_login(site: Site) -> None:
    """Ten passes over one manager at the same time open one session."""
    peer, adapter = site.peer(healthy()), site.adapter()

    facts = _together([adapter] * 10, [site.manager(peer, admin=False)] * 10)

    assert all(one.identity for one in facts)
    assert peer.count(LOGIN) == 1


def test_managers_that_share_a_good_account_are_all_observed(site: Site) -> None:
    """Its first try is waited for within a process: nobody is told to come back."""
    peers = [site.peer(healthy()) for _ in range(10)]

    facts = _together([site.adapter()] * 10, [site.manager(peer) for peer in peers])

    assert all(one.identity and one.services for one in facts)


def test_another_process_at_its_first_try_is_waited_for(site: Site) -> None:
    """While somebody else tries this secret version, nothing is tried here."""
    peer = site.peer(healthy())
    site.store.begin_login("lyon", "1", site.clock.now())

    gap = _gap(site.adapter().facts(site.manager(peer)))

    assert (gap.reason, peer.count(LOGIN)) == (GapReason.NOT_YET, 0)


STARTING: dict[str, Reply | Raw] = {
    "500": Reply(500),
    "503": said({"message": "starting"}, 503),
    "xml": xml("<list><entry><string>message</string><string>SSO is not there</string></entry></list>", 400),
    "xml of 200": xml("<list/>", 200),
    "the known one, as 401": xml("<e><string>'Trusted root certificates' value should not be empty</string></e>", 401),
    "hung up": Raw(),
}


@pytest.mark.parametrize("name", sorted(STARTING))
def test_a_starting_manager_says_nothing_of_a_password(site: Site, name: str) -> None:
    """It is asked again, and the breaker stays closed."""
    peer = site.peer({**healthy(), LOGIN: STARTING[name]})
    adapter, manager = site.adapter(), site.manager(peer, admin=False)

    first = _gap(adapter.facts(manager))
    peer.answers[LOGIN] = healthy()[LOGIN]

    assert (first.reason, site.store.breakers()) == (GapReason.NOT_YET, ())
    assert adapter.facts(manager).identity is not None


def test_a_login_without_a_token_is_unreadable(site: Site) -> None:
    """The credentials were taken, so it is not their fault."""
    facts = site.adapter().facts(site.manager(site.peer({**healthy(), LOGIN: said({"success": True})})))

    assert _gap(facts).reason is GapReason.UNREADABLE
    assert site.store.begin_login("lyon", "1", site.clock.now()).answer is BreakerAnswer.GO


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_that_ran_out_is_renewed_once(site: Site) -> None:
    """A 401 in an established session logs in again, and the call is made again."""
    tokens = Tokens()
    peer, adapter = site.peer(tokens.guarded(healthy())), site.adapter()
    manager = site.manager(peer, admin=False)
    adapter.facts(manager)

    tokens.run_out()
    facts = adapter.facts(manager)

    assert facts.identity is not None
    assert facts.jobs is not None
    assert peer.count(LOGIN) == 2
    assert site.store.breakers() == ()


def test_a_session_may_run_out_in_the_middle_of_a_pass(site: Site) -> None:
    """The rest of the pass goes on in the new session."""
    tokens = Tokens()
    answers = tokens.guarded(healthy())
    peer = site.peer(answers)
    pairings = f"GET {API}/cloudConfigs"
    first = answers[pairings]

    def once(_: Got) -> Answer:
        peer.answers[pairings] = first
        tokens.run_out()
        return Reply(401)

    peer.answers[pairings] = once
    facts = site.adapter().facts(site.manager(peer, admin=False))

    assert [gap.reason for gap in facts.gaps if gap.section in {"pairings", "jobs", "meshes"}] == []
    assert peer.count(LOGIN) == 2


def test_a_manager_that_takes_no_session_is_not_logged_in_to_for_ever(site: Site) -> None:
    """401 to everything although the log-in is taken: one log-in a pass, and no refusal of the account."""
    answers = {call: Reply(401) for call in healthy() if API in call and "endpointInfo" not in call}
    peer = site.peer({**healthy(), **answers, LOGIN: healthy()[LOGIN]})
    adapter, manager = site.adapter(), site.manager(peer, admin=False)

    reasons = [_gap(adapter.facts(manager)).reason for _ in range(2)]

    assert reasons == [GapReason.NOT_OFFERED, GapReason.NOT_OFFERED]
    assert (peer.count(LOGIN), site.store.breakers()) == (2, ())


def test_a_session_is_renewed_once_in_a_pass(site: Site) -> None:
    """Two calls that are never allowed, in an established session, cost one log-in and not two."""
    peer = site.peer({**healthy(), f"GET {API}/cloudConfigs": Reply(401), TASKS: Reply(401)})

    facts = site.adapter().facts(site.manager(peer, admin=False))

    assert {_gap(facts, section).reason for section in ("pairings", "jobs")} == {GapReason.NOT_OFFERED}
    assert facts.meshes is not None
    assert peer.count(LOGIN) == 2


def test_a_missing_role_is_no_failed_login(site: Site) -> None:
    """403 inside a session means that this account may not, and nothing of its password."""
    peer = site.peer({**healthy(), SUPPORT: Reply(403)})

    gap = _gap(site.adapter().facts(site.manager(peer)))

    assert (gap.reason, "role" in gap.remedy) == (GapReason.NOT_OFFERED, True)
    assert site.store.breakers() == ()


def test_the_token_goes_along_and_the_password_does_not(site: Site) -> None:
    """After the log-in only the token proves who asks; the knock has neither."""
    peer = site.peer(healthy())

    site.adapter().facts(site.manager(peer))

    service = [got for got in peer.got if API in got.call and got.call != LOGIN]
    assert [got.headers.get("x-hm-authorization") for got in service] == [None, *[TOKEN] * (len(service) - 1)]
    assert not any("authorization" in got.headers for got in service)
    assert not any("x-hm-authorization" in got.headers for got in peer.got if API not in got.call)


# --- port 9443 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_basic_call_opens_the_breaker_of_that_account(site: Site, status: int) -> None:
    """Each call on 9443 is a log-in: after one refusal none is made, in this pass or the next."""
    peer = site.peer({**healthy(), COMPONENT: Reply(status)})
    adapter, manager = site.adapter(), site.manager(peer)

    first, second = adapter.facts(manager), adapter.facts(manager)

    assert (_gap(first, "services").reason, _gap(second, "services").reason) == (
        GapReason.LOGIN_REFUSED,
        GapReason.BREAKER_OPEN,
    )
    assert len([got for got in peer.got if "authorization" in got.headers]) == 1
    assert [state.secret for state in site.store.breakers()] == ["lyon-admin"]
    assert first.identity is not None


def test_a_basic_call_that_is_refused_after_good_ones_counts_too(site: Site) -> None:
    """The password may be changed in the middle of a pass."""
    peer = site.peer({**healthy(), "GET /api/admin/global/config/nsx": Reply(401)})

    facts = site.adapter().facts(site.manager(peer))

    assert (_gap(facts, "nsx").reason, _gap(facts, "upgrade").reason) == (
        GapReason.LOGIN_REFUSED,
        GapReason.LOGIN_REFUSED,
    )
    assert facts.vcenter is not None
    assert [state.secret for state in site.store.breakers()] == ["lyon-admin"]


def test_an_appliance_port_that_starts_is_no_refusal(site: Site) -> None:
    """503 to credentials leaves the breaker closed, and a later call of the pass may still be answered."""
    peer = site.peer({**healthy(), COMPONENT: Reply(503)})

    facts = site.adapter().facts(site.manager(peer))

    assert _gap(facts, "services").reason is GapReason.NOT_YET
    assert facts.vcenter is not None
    assert site.store.breakers() == ()


# --- secrets ----------------------------------------------------------------------------------------------------------


class Away(Drawer):
    """A vault that does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def account(self, name: str) -> Account:
        """Fail."""
        self.asked += 1
        raise ConnectionError(f"the vault does not answer for {name}")


def test_a_vault_that_does_not_answer_is_worth_asking_again(site: Site) -> None:
    """Only a secret that is not there stops a task; and a vault is not asked again for every section."""
    site.secrets = away = Away()

    gap = _gap(site.adapter().facts(site.manager(site.peer(healthy()))))

    assert (gap.reason, away.asked) == (GapReason.NOT_YET, 2)


class Counting(Drawer):
    """Writes down what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def account(self, name: str) -> Account:
        """The account of that name."""
        self.asked.append(name)
        return super().account(name)


def test_secrets_are_looked_up_once_in_a_pass(site: Site) -> None:
    """A vault is not asked at every call."""
    site.secrets = secrets = Counting()

    site.adapter().facts(site.manager(site.peer(healthy())))

    assert sorted(secrets.asked) == ["lyon", "lyon-admin"]


def _echo(status: int) -> Callable[[Got], Answer]:
    """A manager that repeats everything it was sent."""

    def echo(got: Got) -> Answer:
        words = f"{got.headers} {got.body.decode()}"
        return said({"errors": [{"text": words}], "message": words}, status)

    return echo


@pytest.mark.parametrize("status", [200, 400, 401, 403, 409, 500])
def test_no_secret_in_facts_acts_or_logs(site: Site, status: int, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a manager repeats of a password or a token, it goes nowhere."""
    caplog.set_level(logging.DEBUG)
    whole = {call: _echo(status) for call in healthy()}
    after_login = {**whole, LOGIN: healthy()[LOGIN], COMPONENT: healthy()[COMPONENT]}
    seen = ""
    wanted = ApplianceWanted(mesh="servicemesh-1", appliance="appliance-ix", name="ix", mode=ApplianceMode.STANDARD)
    for version, answers in (("1", whole), ("2", after_login)):
        site.secrets.accounts = {
            "lyon": account("lyon", PASSWORD, version),
            "lyon-admin": account("lyon-admin", ADMIN_PASSWORD, version),
        }
        manager, adapter = site.manager(site.peer(answers)), site.adapter()
        seen += to_json_text(adapter.facts(manager)) + repr(adapter.manager_seen(manager))
        seen += repr(adapter.upgrade_appliance(manager, wanted, at_once))

    assert "canary" not in seen + caplog.text
    assert "c3ZjOm" not in seen  # how the account begins in Basic
    assert all(secret not in seen for secret in (PASSWORD, ADMIN_PASSWORD, TOKEN))


def test_several_sessions_do_not_mix(site: Site) -> None:
    """Each manager has its own token, even with one account."""
    tokens = [Tokens(), Tokens()]
    tokens[1].run_out()
    peers = [site.peer(one.guarded({**healthy(), SUPPORT: of_version("4.11.3")})) for one in tokens]
    adapter = site.adapter()

    facts = [adapter.facts(site.manager(peer, admin=False)) for peer in peers * 2]

    assert all(one.identity for one in facts)
    assert [peer.count(LOGIN) for peer in peers] == [1, 1]
    assert all(peer.count(TASKS) == 2 for peer in peers)
