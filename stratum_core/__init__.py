"""The science and the store of Stratum: no Qt, no VTK, no printing."""

from stratum_core.kernel_cache import use_kernel_cache

use_kernel_cache()
