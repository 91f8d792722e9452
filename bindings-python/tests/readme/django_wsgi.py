from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from hams import Health, SignalPolicy

# each worker answers for itself, and ends when gunicorn says so
health = Health("orders", listen=False, signals=SignalPolicy.LEAVE)
health.start()
django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    ours = environ["PATH_INFO"].startswith(("/livez", "/readyz", "/startupz"))
    return (health.wsgi if ours else django)(environ, start_response)
