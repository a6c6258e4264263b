"""Performance figures, each beside the floor that no code of ours could go below, in one run."""
