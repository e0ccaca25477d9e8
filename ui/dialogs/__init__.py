"""Windows that ask for something before it is done: files, an import, an outage. Main thread only."""
