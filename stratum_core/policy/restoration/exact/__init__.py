"""The least of all orders, by branch and bound over the decisions of the crews; for up to about a dozen jobs."""
