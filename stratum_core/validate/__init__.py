"""Data health of a city: rules that find issues, and a score. Nothing here changes a city."""

from stratum_core.validate.checking import check as check
from stratum_core.validate.issues import Issue as Issue
from stratum_core.validate.issues import Report as Report
from stratum_core.validate.issues import issue as issue
