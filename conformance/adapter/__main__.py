"""`python -m conformance.adapter TARGET`: serve a Python backend over stdin and stdout."""

import sys

from conformance.adapter.serve import serve

if len(sys.argv) != 2:
    sys.exit("usage: python -m conformance.adapter TARGET")
sys.exit(serve(sys.argv[1]))
