"""The command line: one module per command, imported only when it is called."""

from app.cli.entry import main as main
