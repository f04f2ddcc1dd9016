"""The web server's door. It holds the logins of the web and the portal, never the owner's or the sequencer's.

Everything that the first page needs is loaded before anybody is let in, while the tables are still being prepared. The
application itself is made after that: it reads the list of the static files once, and they may just be changing.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanxiang.config.settings")
os.environ.setdefault("SANXIANG_DATABASES", "default,portal")

from sanxiang.config.operating import loading

with loading():
    import django
    from django.core.wsgi import get_wsgi_application

    from sanxiang.config.preparation import ready

    django.setup(set_prefix=False)
    ready()
    application = get_wsgi_application()
