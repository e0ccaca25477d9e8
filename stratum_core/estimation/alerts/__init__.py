"""Alerts on estimates, forecasts and silence: rules with hysteresis, acknowledgement and escalation."""

from stratum_core.estimation.alerts.book import Alert as Alert
from stratum_core.estimation.alerts.book import AlertBook as AlertBook
from stratum_core.estimation.alerts.book import Evidence as Evidence
from stratum_core.estimation.alerts.rules import SEVERITIES as SEVERITIES
from stratum_core.estimation.alerts.rules import Rule as Rule
from stratum_core.estimation.alerts.rules import read_rules as read_rules
