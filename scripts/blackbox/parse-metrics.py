"""Reads an exposition from standard input as strictly as its form demands: text or openmetrics."""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text

form, exposition = sys.argv[1], sys.stdin.read()
families = list((openmetrics if form == "openmetrics" else text)(exposition))
names = [family.name for family in families]
if len(set(names)) != len(names):
    sys.exit(f"a family comes twice: {names}")
if not any(name == "hams" or name == "hams_info" for name in names):
    sys.exit(f"no hams_info: {names}")
print(f"{len(families)} families")
