"""The state of a power grid by weighted least squares."""
