"""Which event comes next: a heap of queues whose head may move, and a calendar of agents with events of their own."""
