"""The headless application: command line, session, bus, jobs, commands with undo. No Qt, no VTK."""
