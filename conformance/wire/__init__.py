"""HOW IT IS SAID: JSON-RPC 2.0, one UTF-8 JSON object a line, as pure functions of values."""
