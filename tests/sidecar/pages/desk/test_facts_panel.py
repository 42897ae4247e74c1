"""What the platform says beside a case: once for each person, folded, in people's words."""

from __future__ import annotations

import re
from datetime import timedelta

from sidecar.domain.access import StaffRole
from sidecar.domain.facts import Fact, Facts
from sidecar.store import cases, facts
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.desk.test_gap_panel import asks
from tests.staff import arrive


def test_three_reports_of_one_person_show_the_newest_facts_once(house: Callers, at_desk: AtDesk) -> None:
    for _again in range(3):
        case = arrive(house.world, asks("50"))
    now = house.world.clock()
    with house.world.runtime.db.write() as conn:
        keys = cases.report_keys(conn, case.id)
        assert len(keys) == 3
        told = {
            key: Facts("50", "2", now + timedelta(minutes=place % 3), {
                "enrolment.groups": Fact([{"id": "7", "name": f"شعبة {place}"}, {"id": "8", "name": "B"}],
                                         "local_nidaa_get_facts", now),
            })
            for place, key in enumerate(keys, 1)
        }  # fmt: skip
        facts.record_all(conn, facts.rows("academy", told))
    page = at_desk(StaffRole.LEAD).get(f"/desk/cases/{case.id}?lang=en").text
    card = re.search(r'id="facts".*?</section>', page, re.DOTALL)
    assert card
    assert card.group(0).count("<dt>Groups</dt>") == 1
    assert "\u2068شعبة 2\u2069, \u2068B\u2069" in card.group(0)  # the newest
    assert "{&#39;" not in page
    assert re.search(r"<details>\s*<summary>All facts", card.group(0))
    assert '<small class="nd-2" title="local_nidaa_get_facts"><bdi>Nidaa&#39;s plugin in the platform' in card.group(0)
    assert page.index('id="files"') < page.index('id="facts"')
