"""WHAT WOULD BE RIGHT: the contract by its own means. Shares no code with any backend."""
