"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

application = get_wsgi_application()
# All pages are loaded before the first is asked for. Like the apps (alignment/apps.py) they are no garbage.
resolve("/")
gc.freeze()
