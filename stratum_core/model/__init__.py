"""The city as columnar tables, the specs of runs, and their results. No file, no SQL, no screen."""

from stratum_core.model.city import City as City
from stratum_core.model.tables import Assets as Assets
from stratum_core.model.tables import Blocks as Blocks
from stratum_core.model.tables import BusRoutes as BusRoutes
from stratum_core.model.tables import Dependencies as Dependencies
from stratum_core.model.tables import Industries as Industries
from stratum_core.model.tables import Links as Links
from stratum_core.model.tables import Sensors as Sensors
from stratum_core.model.tables import Services as Services
from stratum_core.model.tables import Sources as Sources
from stratum_core.model.tables import Trade as Trade
from stratum_core.model.tables import Trips as Trips
