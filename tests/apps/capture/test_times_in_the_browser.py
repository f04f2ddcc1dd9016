"""When an inspection began and ended the phone takes from the certificate shown or the form opened, and from the
signature; what was recorded meanwhile does not say it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sanxiang.core.values import CHINA
from sanxiang.three_systems.recording.models import ArrivedAct

from .browsing import end, fill_in, pieces, until, whole

pytestmark = [pytest.mark.browser, pytest.mark.clauses("LY-25"), pytest.mark.journeys("recording.capture")]
LOAD = "(name) => sanxiang.ask('load', {place: 'drafts', name})"
EARLIER = """async ([name, minutes]) => {
  const kept = await sanxiang.ask('load', {place: 'drafts', name});
  kept.begun = new Date(new Date(kept.begun) - minutes * 60000).toISOString();
  await sanxiang.ask('save', {place: 'drafts', name, data: kept});
  return kept.begun;
}"""


def test_a_few_seconds_are_not_the_whole_of_forty_minutes(app: Any, theatre: Any, story: Any) -> None:
    page, draft = app(f"#task/{story.stream}"), f"{story.stream}.inspect.json"
    page.get_by_role("button", name="录像", exact=True).first.tap()
    page.wait_for_selector("#live .on")
    take = str(page.evaluate("sanxiang.recorder.take"))
    assert page.evaluate(LOAD, draft) is None
    page.locator(".marks button", has_text="亮证").tap()
    until(lambda: page.evaluate(LOAD, draft))
    began = datetime.fromisoformat(page.evaluate(EARLIER, [draft, 40])).astimezone(CHINA)
    pieces(page, 3)
    end(page)
    fill_in(page, story.stream)
    one = whole(theatre, take)
    arrived = until(lambda: ArrivedAct.objects.filter(case=story.stream).exclude(state="received").first())
    assert (arrived.state, arrived.reasons) == ("done", [])
    facts = theatre.events(story)[-1].event.facts
    since, until_ = (datetime.fromisoformat(facts[name]) for name in ("started_on_site", "ended_on_site"))
    assert since == began.replace(second=0, microsecond=0)
    assert one.began - since > timedelta(minutes=39)
    assert until_ + timedelta(minutes=1) > one.ended
    assert facts["recording_mode"] == "部分录音录像"
