"""THE CHECKS: one module a catalogue chapter, ids in catalogue order."""
