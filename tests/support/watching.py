"""Somebody who watches on a running installation: `python -m tests.support.watching NAME STREAM` logs the account
`busy-NAME` in, notes why it looks at a case today, and prints the key of its session."""

from __future__ import annotations

import sys


def main(name: str, stream: str) -> None:
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from sanxiang.casework.models import AccessNote, Account
    from sanxiang.core.values import legal_day

    account, now = Account.objects.get(username=f"busy-{name}"), timezone.now()
    AccessNote.objects.create(
        officer=account.officer, name="", stream=stream, day=legal_day(now), at=now, purpose="办理本案"
    )
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.create()
    print(session.session_key)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
