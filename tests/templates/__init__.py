"""What the tests of the language templates share: building one, and talking to one."""
