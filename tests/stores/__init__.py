"""Software that people keep jobs in, as backends: those that are right, and those that are at hand."""
