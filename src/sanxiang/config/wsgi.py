"""The web server's door. It holds the logins of the web and the portal, never the owner's or the sequencer's."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanxiang.config.settings")
os.environ.setdefault("SANXIANG_DATABASES", "default,portal")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
