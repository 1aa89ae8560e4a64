"""HOW A BACKEND IS REACHED: in this process, or behind a command."""
