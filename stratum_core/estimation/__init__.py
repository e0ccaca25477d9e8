"""State with its uncertainty out of readings: filters, forecasts, consistency, grids, tanks, condition, faults of signals."""

from stratum_core.estimation.batch import Batch as Batch
from stratum_core.estimation.batch import filter_batch as filter_batch
from stratum_core.estimation.consistency import Consistency as Consistency
from stratum_core.estimation.consistency import monitor as monitor
from stratum_core.estimation.forecasts import Forecast as Forecast
from stratum_core.estimation.forecasts import Passage as Passage
from stratum_core.estimation.forecasts import forecast as forecast
from stratum_core.estimation.forecasts import time_to_threshold as time_to_threshold
from stratum_core.estimation.likelihood import fit as fit
from stratum_core.estimation.models import StateSpace as StateSpace
from stratum_core.estimation.models import structure as structure
from stratum_core.estimation.series import Filtered as Filtered
from stratum_core.estimation.series import filter_series as filter_series
from stratum_core.estimation.series import smooth as smooth
