"""The science and the store of Stratum: no Qt, no VTK, no printing."""
