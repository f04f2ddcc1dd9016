"""The web server's door. It holds the logins of the web and the portal, never the owner's or the sequencer's.

Everything that the first page needs is loaded before anybody is let in, while the tables are still being prepared.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanxiang.config.settings")
os.environ.setdefault("SANXIANG_DATABASES", "default,portal")

from django.core.wsgi import get_wsgi_application

from sanxiang.config.preparation import ready

application = get_wsgi_application()
ready()
