"""Notices at a desk: told in time, delivered once, and what comes of a try is on record."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.notice import deliver, in_the_way, tell_time
from activities.observe import discover, observe_clouds
from activities.planning import plan
from shared.model.codec import to_json_text
from shared.model.inventory import Maintenance, ProvisioningState
from shared.model.notice import Delivery, DeliveryState, Notice
from shared.model.orders import CloudsOrder, ExpectedOrder, InTheWay, NoticeOrder, StepOrder
from shared.model.policy import Hold, NoticePolicy, Webhook, Window
from shared.model.run import JournalKind
from shared.model.span import Span
from shared.notify.webhook import WebhookNotices
from shared.ports import Ports
from shared.report.stored import plan_known
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, connector, entry, policy
from tests.hcx.hcx_peer import Peer, Reply
from tests.notify.receiver import CALL, KEY, NOTICE, Keys, receiving

DAY = Span(start=NOW - timedelta(hours=1), end=NOW + timedelta(hours=23))
SATURDAYS = Window(
    name="saturdays", rrule="FREQ=WEEKLY;BYDAY=SA", start="20:00", zone="UTC", duration=timedelta(hours=8)
)


@dataclass
class Desk:
    """A run of a connector and a cloud manager, and a receiver of its notices."""

    hands: Hands
    ports: Ports
    peer: Peer
    plan: str

    def step(self, task: str = "manager:con") -> StepOrder:
        """The change of a task."""
        found = plan_known(self.ports.store, self.plan).task(task)
        step = next(one for one in found.steps if one.kind.value == "upgrade-manager")
        return StepOrder(run="r", plan_hash=self.plan, task=task, step=step.id, generation=1)

    @property
    def order(self) -> NoticeOrder:
        """A notice of the connector's change."""
        step = self.step()
        return NoticeOrder(notice=replace(NOTICE, run="r", task=step.task, step=step.step), plan_hash=self.plan)

    def told(self) -> list[str]:
        """What the journal has of notices."""
        kinds = {JournalKind.NOTIFIED, JournalKind.NOT_NOTIFIED}
        return [one.text for _, one in self.ports.store.journal("r") if one.kind in kinds]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose receiver takes everything."""
    with receiving(tmp_path, Reply(204)) as (peer, webhook):
        yield _desk(tmp_path, peer, webhook)


def _desk(folder: Path, peer: Peer, webhook: Webhook) -> Desk:
    hands = Hands()
    hands.wanted = replace(
        policy(connectors=(entry("con"),)), notices=NoticePolicy(webhook=webhook), windows=(SATURDAYS,)
    )
    ports = replace(ports_of(hands, folder), notices=WebhookNotices(Keys(hooks=KEY)))
    request = asked(ports)
    discover(ports, request)
    for one in (cloud_manager("pc", "4.10.3"), connector("con", "4.10.3", pairs=("pc",))):
        ports.store.put_document("r", f"facts/{one.manager.id}", to_json_text(one))
    return Desk(hands=hands, ports=ports, peer=peer, plan=plan(ports, request).plan_hash)


def test_a_notice_that_has_arrived_is_not_sent_again(desk: Desk) -> None:
    """However often it is delivered to the activity, and in whatever try, the receiver sees it once."""
    first = deliver(desk.ports, desk.order)
    again = deliver(desk.ports, replace(desk.order, attempt=2))

    assert first == again
    assert desk.peer.count(CALL) == 1
    assert len(desk.told()) == 1


def test_a_host_that_goes_away_while_sending_loses_no_notice(desk: Desk) -> None:
    """What was being sent is sent again under its id, by which the receiver drops a double."""

    class Breaking:
        """Delivers, and then the host goes away."""

        def send(self, notice: Notice, body: bytes, webhook: Webhook | None) -> Delivery:
            """Send, and never come back."""
            WebhookNotices(Keys(hooks=KEY)).send(notice, body, webhook)
            raise SystemExit

    with pytest.raises(SystemExit):
        deliver(replace(desk.ports, notices=Breaking()), desk.order)
    found = deliver(desk.ports, desk.order)

    assert found.state is DeliveryState.DELIVERED
    assert [one.headers["webhook-id"] for one in desk.peer.got] == [desk.order.notice.id] * 2


def test_a_failed_try_is_on_record(desk: Desk) -> None:
    """Each try has its entry, with when the next one is, and one that arrives later ends them."""
    desk.peer.answers[CALL] = Reply(500)
    found = [deliver(desk.ports, replace(desk.order, attempt=attempt)) for attempt in (1, 6)]
    desk.peer.answers[CALL] = Reply(204)
    last = deliver(desk.ports, desk.order)

    assert [one.state for one in found] == [DeliveryState.FAILED] * 2
    assert "it is tried again at" in desk.told()[0]
    assert "it is not tried again" in desk.told()[1]
    assert (last.state, len(desk.told())) == (DeliveryState.DELIVERED, 3)


def test_a_mended_address_counts_at_once(desk: Desk) -> None:
    """The file as it is now says where notices go; one that says nothing sends nothing and tells nothing."""
    assert desk.hands.wanted is not None
    desk.hands.wanted = replace(desk.hands.wanted, notices=NoticePolicy())

    assert deliver(desk.ports, desk.order).state is DeliveryState.NOT_WANTED
    assert (desk.peer.count(CALL), desk.told()) == (0, [])


def test_a_broken_file_leaves_notices_as_they_were(desk: Desk) -> None:
    """While fleet.yaml cannot be read the run's own copy says where they go, without a run sheet."""
    desk.hands.wanted = None

    assert deliver(desk.ports, desk.order).state is DeliveryState.DELIVERED
    assert b'"text":"press the button"' in desk.peer.got[0].body


def test_once_it_was_time_the_time_stays(desk: Desk) -> None:
    """After the window has begun, it is still the one that somebody was told of, and not next week's."""
    early = tell_time(desk.ports, desk.step())
    desk.hands.later(timedelta(days=2))
    due = tell_time(desk.ports, desk.step())
    desk.hands.later(timedelta(days=7))

    assert (early.at, early.delivered) == (due.opens_at - timedelta(days=3) if due.opens_at else None, True)
    assert due.at is None
    assert tell_time(desk.ports, desk.step()) == due


def test_the_provider_goes_by_no_window(desk: Desk) -> None:
    """What the provider does is told at once, whatever the windows of the fleet say."""
    found = tell_time(desk.ports, desk.step("manager:pc"))

    assert (found.at, found.opens_at, found.closes_at) == (None, None, None)


def test_what_was_in_the_way_is_remembered(desk: Desk) -> None:
    """A cloud that was updating, a maintenance and a hold are told, also when they have gone by the next look."""
    assert desk.hands.wanted is not None
    order = ExpectedOrder(step=desk.step("manager:pc"), during=DAY)
    cloud = desk.hands.clouds[0]
    assert in_the_way(desk.ports, order) == InTheWay()

    desk.hands.clouds = (replace(cloud, provisioning_state=ProvisioningState.UPDATING),)
    desk.hands.maintenances = (
        Maintenance(
            id="m",
            cloud_resource_id=cloud.resource_id,
            component="ESXI",
            title="patch",
            state="Scheduled",
            starts_at=NOW,
            duration=None,
        ),
    )
    hold = Hold(subject="pc", reason="year end", owner="ana", until=None)
    desk.hands.wanted = replace(desk.hands.wanted, holds=(hold,))
    desk.hands.later(timedelta(minutes=1))
    observe_clouds(desk.ports, CloudsOrder(run="r", clouds=("pc",)))
    seen = in_the_way(desk.ports, order).reasons
    desk.hands.clouds, desk.hands.maintenances = (cloud,), ()
    desk.hands.wanted = replace(desk.hands.wanted, holds=())
    desk.hands.later(timedelta(minutes=1))
    observe_clouds(desk.ports, CloudsOrder(run="r", clouds=("pc",)))

    assert in_the_way(desk.ports, order).reasons == seen
    assert [one.split()[0] for one in seen] == ["Azure", "maintenance", "pc"]
