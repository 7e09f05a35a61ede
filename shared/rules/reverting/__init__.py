"""The decisions of a guided revert: what leads back, in which order, and what proves that it did."""
