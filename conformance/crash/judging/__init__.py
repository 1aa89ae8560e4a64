"""From a run to what it breaks: kills, losses of power, failing calls, reloaded and judged."""
