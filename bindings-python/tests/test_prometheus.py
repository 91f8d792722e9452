from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families as parse
from prometheus_client.registry import Collector

from hams import Exposition, Health, Roles
from hams.prometheus import HealthCollector, registry_metrics
from tests.service import MakeService, get, until

# prometheus_client leaves these without types
generate_openmetrics: Callable[[Collector], bytes] = openmetrics.generate_latest
parse_openmetrics: Callable[[str], Iterable[Metric]] = (
    openmetrics_parser.text_string_to_metric_families
)
OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}


@pytest.fixture
def registry() -> CollectorRegistry:
    """One with a counter and a histogram of the application's."""
    registry = CollectorRegistry(auto_describe=True)
    Counter("jobs", "Jobs done.", ["kind"], registry=registry).labels("a\n").inc(3)
    Histogram("job_seconds", "How long.", registry=registry).observe(0.2)
    return registry


def passed(health: Health) -> bool:
    return all(each.runs > 0 for each in health.snapshot().probes)


def names(families: Iterable[Metric]) -> list[str]:
    return [each.name for each in families]


def test_a_registry_shows_what_the_health_server_says(
    service: MakeService, registry: CollectorRegistry
) -> None:
    with service() as health:
        registry.register(HealthCollector(health))
        health.add_probe("db", lambda: True, roles=Roles.READY)
        health.start()
        until(lambda: passed(health))
        own = names(parse(get(health, "/metrics").body))
        text = generate_latest(registry).decode()
        other_form = generate_openmetrics(registry).decode()
        assert registry.get_sample_value("hams_probe_up", {"probe": "db"}) == 1
        runs = {"probe": "db", "result": "passed"}
        assert registry.get_sample_value("hams_probe_runs_total", runs) == 1
    assert len(own) > 10
    assert [name for name in names(parse(text)) if name.startswith("hams_")] == own
    assert [name for name in names(parse_openmetrics(other_form)) if name in own] == own


def test_a_collector_works_before_the_start_and_after_the_end(
    service: MakeService,
) -> None:
    registry = CollectorRegistry()
    health = service()
    registry.register(HealthCollector(health))
    assert registry.get_sample_value("hams_phase", {"phase": "created"}) == 1
    health.start()
    health.stop()
    assert registry.get_sample_value("hams_phase", {"phase": "stopped"}) == 1


def test_a_second_collector_in_a_registry_is_refused(
    service: MakeService, registry: CollectorRegistry
) -> None:
    registry.register(HealthCollector(service()))
    with pytest.raises(ValueError, match="hams_probe_runs_total"):
        registry.register(HealthCollector(service()))


def test_one_family_can_be_asked_for_by_name(
    service: MakeService, registry: CollectorRegistry
) -> None:
    registry.register(HealthCollector(service()))
    families = list(registry.restricted_registry(["hams_info"]).collect())
    assert names(families) == ["hams_info"]
    assert families[0].samples[0].labels["binding"] == "python"


@pytest.mark.parametrize("headers", [{}, OPENMETRICS])
def test_the_health_server_shows_a_registry(
    service: MakeService, registry: CollectorRegistry, headers: dict[str, str]
) -> None:
    with service(metrics=registry_metrics(registry)) as health:
        health.start()
        answer = get(health, "/metrics", headers=headers)
    read = parse_openmetrics if headers else parse
    families = {each.name: each for each in read(answer.body)}
    samples = {each.name: each for each in families["jobs"].samples}
    assert samples["jobs_total"].value == 3
    assert samples["jobs_total"].labels == {"kind": "a\n"}
    assert families["job_seconds"].type == "histogram"
    errors = families["hams_application_metrics_errors"].samples[0]
    assert errors.value == 0


@pytest.mark.parametrize("form", Exposition)
def test_both_directions_at_once_end(
    service: MakeService, registry: CollectorRegistry, form: Exposition
) -> None:
    gather = registry_metrics(registry)
    with service(metrics=gather) as health:
        registry.register(HealthCollector(health))
        health.start()
        scraped = names(parse(get(health, "/metrics").body))
        exposed = names(parse(generate_latest(registry).decode()))
        assert registry.get_sample_value("hams_application_metrics_errors_total") == 0
    assert sorted(set(scraped)) == sorted(scraped)
    assert sorted(scraped) == sorted(exposed)
    assert "hams_info" not in gather(form)
    assert "jobs_total" in gather(form)


def test_a_registry_is_asked_again_after_one_that_raised(
    service: MakeService,
) -> None:
    class Broken(Collector):
        is_broken = True

        def collect(self) -> Iterable[Metric]:
            if self.is_broken:
                raise RuntimeError("no")
            return [GaugeMetricFamily("temperature", "Of the disk.", value=40)]

    registry = CollectorRegistry()
    broken = Broken()
    registry.register(broken)
    with service(metrics=registry_metrics(registry)) as health:
        registry.register(HealthCollector(health))
        health.start()
        body = get(health, "/metrics").body
        assert "hams_application_metrics_errors_total 1" in body
        broken.is_broken = False
        assert "temperature 40" in get(health, "/metrics").body
        # the guard of the one that raised is gone
        assert registry.get_sample_value("hams_application_metrics_errors_total") == 1


def test_a_callback_that_waits_for_itself_ends(service: MakeService) -> None:
    registry = CollectorRegistry()

    def own(_wanted: Exposition) -> str:
        # asks the registry itself, which asks HaMS, which waits for this
        return generate_latest(registry).decode()

    with service(metrics=own) as health:
        registry.register(HealthCollector(health))
        health.start()
        assert registry.get_sample_value("hams_phase", {"phase": "running"}) == 1
