"""Published and exact figures against the program: cases as data, run through the engines, misses included.

A case is a JSON file {kind, inputs, expected, tolerance, source} under tests/cases/<section>/. A kind only
maps inputs to an engine call and its answer to outputs; nothing here computes.
"""

from stratum_core.pipeline.validation.cases import KINDS as KINDS
from stratum_core.pipeline.validation.cases import Case as Case
from stratum_core.pipeline.validation.cases import NotHere as NotHere
from stratum_core.pipeline.validation.cases import case_files as case_files
from stratum_core.pipeline.validation.cases import read_case as read_case
from stratum_core.pipeline.validation.cases import run_case as run_case
from stratum_core.pipeline.validation.cases import sections as sections
from stratum_core.pipeline.validation.report import CaseReport as CaseReport
from stratum_core.pipeline.validation.report import Report as Report
from stratum_core.pipeline.validation.report import Row as Row
from stratum_core.pipeline.validation.report import check_case as check_case
from stratum_core.pipeline.validation.report import validate as validate
from stratum_core.pipeline.validation.report import validate_case as validate_case
