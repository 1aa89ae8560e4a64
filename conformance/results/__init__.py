"""WHAT HAPPENED, as data: verdicts, the journal, known failures, counterexamples."""
