"""WHAT IS PROMISED: the interface, its values, its rules. Imports nothing of ours."""
