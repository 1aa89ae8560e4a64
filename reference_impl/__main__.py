"""Serves the reference backend over the wire: `python -m reference_impl`."""

from conformance.adapter.serve import serve

if __name__ == "__main__":
    raise SystemExit(serve("reference_impl:open_backend"))
