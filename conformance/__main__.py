"""`python -m conformance` is the command `sidecar-conformance`."""

from conformance.cli import main

main()
