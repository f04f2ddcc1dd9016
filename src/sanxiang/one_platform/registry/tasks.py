"""Work behind the pages: entering long spreadsheets, forgetting old ones. Arguments hold ids only."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from sanxiang.casework.projections import library
from sanxiang.store.errors import CannotUnseal

from .importing.checking import Importer
from .importing.confirming import Busy, NotEntered, confirm
from .importing.files import BadFile
from .importing.staging import purge
from .models import Staging


@app.task(name="registry.enter_staged", queue="default")
def enter_staged(staging: str) -> None:
    """Enter a file that was confirmed. Run twice it enters it once; what cannot be entered is told on its page."""
    close_old_connections()
    staged = Staging.objects.filter(pk=staging, state="waiting").first()
    if staged is None:
        return
    importer = Importer(agency=str(staged.agency), officer=str(staged.officer))
    try:
        confirm("default", library(), staging, importer, staged.plan, clock=timezone.now)
    except Busy:
        return
    except (NotEntered, BadFile, CannotUnseal) as problem:
        Staging.objects.filter(pk=staging).update(state="checked", result={"problem": str(problem)})


@app.periodic(cron="17 * * * *")
@app.task(name="registry.forget_uploads", queue="default", pass_context=False)
def forget_uploads(timestamp: int) -> None:
    """Delete uploads that nobody confirmed within a day."""
    close_old_connections()
    purge(timezone.now())
