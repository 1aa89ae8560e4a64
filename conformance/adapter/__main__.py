"""`python -m conformance.adapter TARGET`: serve a Python backend over stdin and stdout.

With `--fork DESCRIPTOR` behind it: fork such servers when asked on that control socket.
"""

import sys

match sys.argv[1:]:
    case [target]:
        from conformance.adapter.serve import serve

        sys.exit(serve(target))
    case [target, "--fork", descriptor]:
        from conformance.adapter.forking import serve_forks

        sys.exit(serve_forks(target, int(descriptor)))
    case _:
        sys.exit("usage: python -m conformance.adapter TARGET")
