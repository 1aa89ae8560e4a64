"""Guards the format across releases: what a recorded version wrote, against what a new version writes.

A recording holds the documents of one version, byte for byte, and a manifest that says by which steps each
was made. `playing` takes the steps, `differences` compares documents, `verifying` puts a new version under
every recording, `folder` keeps recordings on disk.
"""
