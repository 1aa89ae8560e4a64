"""Recording: a backend as system calls, by ptrace or in process, and errors put in their way."""
