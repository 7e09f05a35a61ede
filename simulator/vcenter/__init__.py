"""vCenters of a world: govmomi's simulator, built from Debian's packages, with a small main of ours around it."""
