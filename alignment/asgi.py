"""The ASGI application, for servers that want one; we serve WSGI."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

application = get_asgi_application()
