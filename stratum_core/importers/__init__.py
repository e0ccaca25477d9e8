"""Files of the field become rows of a city: one file per format, one door for all of them.

Nothing here writes a project; a file with one bad row gives no rows at all.
"""

from stratum_core.importers.formats import IMPORTERS as IMPORTERS
from stratum_core.importers.origin import Origin as Origin
from stratum_core.importers.reading import read as read
