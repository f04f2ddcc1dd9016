"""`python -m benchmarks.peers.run auditlog|simple_history prepare|run COUNT`: prints acts a second as JSON."""

from __future__ import annotations

import json
import os
import sys
import uuid
from datetime import UTC, date, datetime
from typing import Any

import psycopg

from benchmarks.acts import PROCESSES, together

TOLD = ("certificate_shown", "document_shown", "uniform_worn", "reason_told", "basis_told", "rights_told",
        "remedies_told", "avoidance_told", "cooperation_told", "explained", "recording_told")  # fmt: skip


def configure(peer: str) -> None:
    """A Django with the peer and one model, on a database of its own on the same server."""
    import django
    from django.conf import settings
    from psycopg.conninfo import conninfo_to_dict

    place = conninfo_to_dict(os.environ["DATABASE_URL"])
    database = {
        "ENGINE": "django.db.backends.postgresql", "NAME": f"peer_{peer}", "USER": place["user"],
        "PASSWORD": place["password"], "HOST": place["host"], "PORT": place["port"],
    }  # fmt: skip
    settings.configure(
        PEER=peer, DATABASES={"default": database}, USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", peer, "benchmarks.peers"],
        MIGRATION_MODULES={"peers": None},
    )  # fmt: skip
    django.setup()


def prepare(peer: str, count: int) -> str:
    """The database, its tables, and the records that will be changed."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE peer_{peer}")
    from django.core.management import call_command

    from benchmarks.peers.models import Inquiry

    call_command("migrate", verbosity=0)  # the peer points at the users of Django
    call_command("migrate", run_syncdb=True, verbosity=0)
    someone = uuid.uuid4()
    Inquiry.objects.bulk_create(
        Inquiry(case=uuid.uuid4(), officer=someone, second_officer=someone, occurred_at=datetime.now(UTC))
        for _ in range(PROCESSES * (count + 5))
    )
    return "ready"


def run(peer: str, count: int) -> float:
    from django.db import connections

    from benchmarks.peers.models import Inquiry

    keys = list(Inquiry.objects.order_by("id").values_list("id", flat=True))
    connections.close_all()
    return together(_work, _warm, count, keys, count)


def _warm(at: int, keys: list[int], count: int) -> None:
    for key in keys[at * 5 : at * 5 + 5]:
        save(key)


def _work(at: int, keys: list[int], count: int) -> None:
    start = PROCESSES * 5 + at * count
    for key in keys[start : start + count]:
        save(key)


def save(key: int) -> None:
    """Load the record, state every field anew, save: one transaction, the peer's trace in it."""
    from django.db import transaction

    from benchmarks.peers.models import Inquiry

    with transaction.atomic():
        record = Inquiry.objects.get(pk=key)
        for name, value in stated().items():
            setattr(record, name, value)
        record.save()


def stated() -> dict[str, Any]:
    """What the act states; one field in each round is new, as is every value the first time."""
    mark = uuid.uuid4().hex[:8]
    return {
        **dict.fromkeys(TOLD, True),
        "occurred_at": datetime.now(UTC), "place": f"本机关询问室{mark}", "asked_person": f"田演示{mark}",
        "asked_role": "法定代表人或者负责人", "asked_id_number": f"41030519840717{mark[:4]}",
        "asked_phone": f"138{mark}", "asked_address": f"洛阳市涧西区演示街8号{mark}",
        "questions": [
            {"question": "请说明你的身份和职责。", "answer": f"我是演示商贸的负责人，负责进货和销售。{mark}"},
            {"question": "涉案商品从哪里购进、卖出多少？", "answer": "从批发市场购进二十件，已售出八件，其余在店里。"},
            {"question": "以上记录是否属实？", "answer": "属实。"},
        ],
        "signature": "已签名", "recording_mode": "全程录音录像", "recording_place": f"执法记录服务器01柜{mark}",
        "recording_on": date(2024, 9, 9), "recording_maker": f"李演示{mark}",
        "recording_method": "询问室同步录音录像", "recording_device": f"XW-{mark}",
    }  # fmt: skip


if __name__ == "__main__":
    peer, what, words = sys.argv[1], sys.argv[2], int(sys.argv[3])
    configure(peer)
    print(json.dumps({"prepare": prepare, "run": run}[what](peer, words)))
