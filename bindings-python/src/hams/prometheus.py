"""HaMS and prometheus_client, in either direction.

Metrics of HaMS in a registry of the application's:

    REGISTRY.register(HealthCollector(health))

Metrics of the registry in HaMS's own `/metrics`:

    health = Health("orders", metrics=registry_metrics())

Both at once is fine: HaMS leaves its own out of what the registry gives to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Empty, SimpleQueue

from prometheus_client import exposition
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import REGISTRY, Collector

from ._component import instantiate
from ._generated.hams import Exposition, Method, ReplyNow, Request, Response
from ._health import Health
from ._settings import settings_of

__all__ = ["HealthCollector", "registry_metrics"]

_SCRAPE = Request(Method.GET, "/metrics", None, None, True)
_OWN_PREFIX = "hams_"  # which the core keeps the application's metrics clear of
_PATIENCE_S = 2.0  # the core gives the application's metrics one second


class HealthCollector(Collector):
    """HaMS's metrics, for a registry of prometheus_client.

    Where `health` has a metrics callback that is a coroutine, do not collect in its
    event loop: that waits for the callback, for a second, in vain.
    """

    def __init__(self, health: Health) -> None:
        self._responder = health._runtime.engine

    def collect(self) -> Iterable[Metric]:
        """What `/metrics` of the health server says, without the application's own.

        Nothing when HaMS itself asks the registry, and when it has failed.
        """
        if _is_gathering.get():
            return []
        response = self._scrape()
        if response is None or response.status != 200:
            return []
        return _own_families(response)

    def describe(self) -> Iterable[Metric]:
        """Names and types: a second collector in the registry is refused.

        A core of its own is asked. The registry is locked meanwhile, and that of
        `health` might want metrics of it.
        """
        core = instantiate().health
        core.configure(_LEAST_SETTINGS)
        reply = core.respond(0, _SCRAPE)
        assert isinstance(reply, ReplyNow), "nothing is gathered"
        return _own_families(reply.value)

    def _scrape(self) -> Response | None:
        reply = self._responder.respond(_SCRAPE)
        if isinstance(reply, ReplyNow):
            return reply.value
        answers: SimpleQueue[Response] = SimpleQueue()
        self._responder.owe(reply.value, answers.put)
        try:
            return answers.get(timeout=_PATIENCE_S)
        except Empty:
            return None


def registry_metrics(registry: Collector = REGISTRY) -> Callable[[Exposition], str]:
    """A callback for `Health(metrics=…)`: what a registry has, in the form wanted.

    Args:
        registry: A registry, whose `HealthCollector` is left out.
    """

    def gather(wanted: Exposition) -> str:
        with _gathering():
            text = _GENERATE[wanted](registry)
        return text.decode()

    return gather


_GENERATE: dict[Exposition, Callable[[Collector], bytes]] = {
    Exposition.TEXT: exposition.generate_latest,
    Exposition.OPENMETRICS: openmetrics.generate_latest,
}

_LEAST_SETTINGS = settings_of(
    "collector",
    version=None,
    address=None,
    port=None,
    detail=None,
    startup_timeout=None,
    drain=None,
    grace=None,
    signals=None,
    shutdown_api=None,
    metrics=None,
    environment={},
)


def _own_families(response: Response) -> list[Metric]:
    families = text_string_to_metric_families(response.body.decode())
    return [each for each in families if each.name.startswith(_OWN_PREFIX)]


_is_gathering: ContextVar[bool] = ContextVar("is_gathering", default=False)


@contextmanager
def _gathering() -> Iterator[None]:
    token = _is_gathering.set(True)
    try:
        yield
    finally:
        _is_gathering.reset(token)
