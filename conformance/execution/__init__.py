"""WHERE CHECKS RUN: in worker processes, so that no backend can take the kit down with it."""
