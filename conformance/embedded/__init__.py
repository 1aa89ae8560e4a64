"""The suite in the process of whoever calls it: what `conformance.testing` offers to other people's tests."""
